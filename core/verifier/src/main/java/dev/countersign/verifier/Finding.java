package dev.countersign.verifier;

/// One thing that is wrong.
///
/// @param index of the record, from 0; -1 where it is about no single one
public record Finding(Code code, long index, String message) {
    @Override
    public String toString() {
        return code + (index < 0 ? "" : " record " + index) + ": " + message;
    }
}
