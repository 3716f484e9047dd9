package dev.countersign.verifier;

import java.util.List;

/// What came of a verification.
///
/// @param size records that the checkpoint covers
/// @param trust how far the result can be trusted, in a sentence
/// @param running sessions of the last boot that were not closed yet: no finding
/// @param rulings what people said, by how sure it is that it was they
/// @param proofs of the signed ones, the first thousand, in order
public record Report(
        List<Finding> findings,
        long size,
        String trust,
        long running,
        Rulings rulings,
        List<Proof> proofs) {
    /// Rulings of people, right or wrong.
    ///
    /// @param signed for which the person signed in, and their issuer signed what it said
    /// @param bySession which whoever held the person's sign-in could have given
    public record Rulings(long signed, long bySession) {
        static final Rulings NONE = new Rulings(0, 0);

        public long all() {
            return signed + bySession;
        }

        /// `rulings: 3, of which 1 signed, 2 by session`
        @Override
        public String toString() {
            return "rulings: "
                    + all()
                    + ", of which "
                    + signed
                    + " signed, "
                    + bySession
                    + " by session";
        }
    }

    public Report {
        findings = List.copyOf(findings);
        proofs = List.copyOf(proofs);
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
