package dev.countersign.verifier;

import java.util.List;

/// What came of a verification.
///
/// @param size records that the checkpoint covers
/// @param trust how far the result can be trusted, in a sentence
/// @param running sessions of the last boot that were not closed yet: no finding
public record Report(List<Finding> findings, long size, String trust, long running) {
    public Report {
        findings = List.copyOf(findings);
    }

    /// 0 good, 7 does not verify, 9 right as far as it goes, but incomplete.
    public int exitCode() {
        if (findings.isEmpty()) {
            return 0;
        }
        return findings.stream()
                        .map(Finding::code)
                        .filter(code -> code != Code.MORE) // of codes that are told, each
                        .allMatch(Code::incomplete)
                ? 9
                : 7;
    }
}
