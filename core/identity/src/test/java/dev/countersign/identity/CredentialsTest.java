package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Bytes;
import dev.countersign.model.CredentialId;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Principal;
import dev.countersign.model.Session;
import dev.countersign.model.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What is given out for a token, for how long, and what is kept of it.
class CredentialsTest {
    private static final Session.Source FROM = new Session.Source("127.0.0.1:1", "api", "");
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
    private static final Work PLAN = new Work("plan-7", "step-2", "", "", Work.Assurance.B2);

    private final FakeClock clock = new FakeClock();
    private final Log log = new Log();
    private final Credentials credentials = new Credentials(log, clock);

    /// What was written, as long as it can be.
    private static final class Log implements EvidenceLog {
        final List<Evidence> written = new ArrayList<>();
        boolean full;

        @Override
        public CompletionStage<List<Receipt>> append(
                List<? extends Evidence> records, Executor home) {
            if (full) {
                return CompletableFuture.failedStage(new IllegalStateException("full"));
            }
            synchronized (written) {
                written.addAll(records);
            }
            return CompletableFuture.completedStage(List.of());
        }

        @Override
        public void replay(Consumer<Entry> each) {
            throw new IllegalStateException("nobody reads it");
        }

        @Override
        public boolean writable() {
            return !full;
        }
    }

    private Issuers.Verdict.Verified eve() {
        return token("eve");
    }

    private Issuers.Verdict.Verified token(String agent) {
        return new Issuers.Verdict.Verified(
                new Principal(
                        Principal.Kind.AGENT,
                        new Principal.Party("https://idp", agent),
                        new Principal.Party("https://idp", "ann"),
                        List.of(),
                        "client",
                        Set.of("dev"),
                        clock.instant().plusSeconds(300),
                        Set.of(List.of("ann")),
                        List.of()),
                List.of("ann"),
                Bytes.utf8("header.payload"),
                "key",
                "");
    }

    private Credentials.Minting.Minted mint(Work fixed, Duration asked) {
        return (Credentials.Minting.Minted) credentials.mint(eve(), "shop", fixed, asked, FROM);
    }

    private Credentials.Minting.Minted mint() {
        return mint(Work.NONE, HALF_AN_HOUR);
    }

    private static String refused(Credentials.Minting minting) {
        return ((Credentials.Minting.Refused) minting).code();
    }

    @Test
    void a_credential_is_the_token_s_principal_with_an_end_of_its_own() {
        var minted = mint();
        var what = minted.what();

        assertThat(what.id().value()).matches("cs_[a-z2-9]{16}");
        assertThat(what.target()).isEqualTo("shop");
        assertThat(what.expires()).isEqualTo(clock.instant().plus(HALF_AN_HOUR));
        assertThat(what.who().expires()).as("beyond the token's").isEqualTo(what.expires());
        assertThat(what.who().actor().subject()).isEqualTo("eve");
        assertThat(what.who().people()).containsExactly(List.of("ann"));
        assertThat(what.signedParts()).isEqualTo(Bytes.utf8("header.payload"));
        assertThat(credentials.find(what.id())).contains(what);
        assertThat(log.written)
                .containsExactly(
                        new Evidence.CredentialMinted(
                                what.who(), FROM, what.id(), "shop", what.expires(), false));
    }

    @Test
    void passwords_are_long_random_and_never_shown() {
        var passwords = new HashSet<String>();
        for (int i = 0; i < 50; i++) {
            var minted = mint();
            passwords.add(minted.password().reveal());

            assertThat(minted.password().reveal()).matches("csp_[A-Za-z0-9_-]{32}");
            assertThat(minted.toString()).doesNotContain("csp_");
            assertThat(credentials.kept(minted.what().id()).orElseThrow().toString())
                    .isEqualTo("kept");
        }
        assertThat(passwords).hasSize(50);
        assertThat(log.written.toString()).doesNotContain("csp_");
    }

    @Test
    void what_is_kept_of_a_password_is_rfc_5802_s_and_rfc_7677_s_vector_agrees() {
        var salt = Bytes.owned(java.util.Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="));

        var kept = new Password("pencil").keep(salt, 4_096);

        // H(ClientKey) and ServerKey, computed with Python's hashlib
        assertThat(kept.storedKey().length()).isEqualTo(32);
        assertThat(java.util.Base64.getEncoder().encodeToString(kept.storedKey().toArray()))
                .isEqualTo(STORED_KEY);
        assertThat(java.util.Base64.getEncoder().encodeToString(kept.serverKey().toArray()))
                .isEqualTo(SERVER_KEY);
    }

    private static final String STORED_KEY = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=";
    private static final String SERVER_KEY = "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    @Test
    void nothing_lives_for_longer_than_an_hour_or_for_no_time() {
        assertThat(mint(Work.NONE, Duration.ofDays(3)).what().expires())
                .isEqualTo(clock.instant().plus(Credentials.LONGEST));
        for (var asked : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(4))) {
            assertThat(refused(credentials.mint(eve(), "shop", Work.NONE, asked, FROM)))
                    .isEqualTo("lifetime");
        }
    }

    @Test
    void at_its_end_it_is_nobody_and_its_place_is_free() {
        var small = new Credentials(log, clock, 1);
        var minted =
                (Credentials.Minting.Minted)
                        small.mint(eve(), "shop", Work.NONE, HALF_AN_HOUR, FROM);
        assertThat(refused(small.mint(eve(), "shop", Work.NONE, HALF_AN_HOUR, FROM)))
                .isEqualTo("too-many-credentials");
        clock.advance(HALF_AN_HOUR);

        assertThat(small.find(minted.what().id())).isEmpty();
        assertThat(small.kept(minted.what().id())).isEmpty();
        assertThat(small.live()).isEmpty();
        assertThat(small.mint(eve(), "shop", Work.NONE, HALF_AN_HOUR, FROM))
                .isInstanceOf(Credentials.Minting.Minted.class);
    }

    @Test
    void one_principal_has_so_many_and_another_has_its_own() {
        for (int i = 0; i < Credentials.MAX_OF_PRINCIPAL; i++) {
            mint();
        }

        assertThat(refused(credentials.mint(eve(), "shop", Work.NONE, HALF_AN_HOUR, FROM)))
                .isEqualTo("too-many-credentials");
        assertThat(credentials.mint(token("bob"), "shop", Work.NONE, HALF_AN_HOUR, FROM))
                .isInstanceOf(Credentials.Minting.Minted.class);
    }

    @Test
    void however_many_ask_at_once_there_are_never_more_than_there_may_be() throws Exception {
        var small = new Credentials(log, clock, 10);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                threads.execute(() -> small.mint(eve(), "shop", Work.NONE, HALF_AN_HOUR, FROM));
            }
        }

        assertThat(small.live()).hasSize(10);
    }

    @Test
    void what_cannot_be_written_down_is_not_given_out() {
        var small = new Credentials(log, clock, 1);
        log.full = true;

        assertThat(refused(small.mint(eve(), "shop", Work.NONE, HALF_AN_HOUR, FROM)))
                .isEqualTo("no-evidence");
        assertThat(small.live()).isEmpty();
        log.full = false;
        assertThat(small.mint(eve(), "shop", Work.NONE, HALF_AN_HOUR, FROM))
                .as("its place is free again")
                .isInstanceOf(Credentials.Minting.Minted.class);
    }

    @Test
    void revoking_tells_whoever_listens_and_happens_once() {
        var told = new ArrayList<Credential>();
        credentials.onRevoke(told::add);
        var what = mint().what();
        var by = new Evidence.Revoker.Own(what.who());

        var revoked = credentials.revoke(what.id(), by, FROM).orElseThrow();

        assertThat(revoked.written()).isTrue();
        assertThat(told).containsExactly(what);
        assertThat(credentials.find(what.id())).isEmpty();
        assertThat(credentials.revoke(what.id(), by, FROM)).isEmpty();
        assertThat(credentials.revoke(CredentialId.fresh(), by, FROM)).isEmpty();
        assertThat(log.written.getLast())
                .isEqualTo(new Evidence.CredentialRevoked(what.id(), by, FROM));
    }

    @Test
    void revoking_works_where_nothing_can_be_written() {
        var what = mint().what();
        log.full = true;

        var revoked =
                credentials
                        .revoke(what.id(), new Evidence.Revoker.Own(what.who()), FROM)
                        .orElseThrow();

        assertThat(revoked.written()).isFalse();
        assertThat(credentials.find(what.id())).isEmpty();
    }

    @Test
    void the_salt_of_a_name_never_changes_and_says_nothing() {
        var what = mint().what();
        var salt = credentials.salt(what.id().value());

        assertThat(salt.length()).isEqualTo(16);
        assertThat(credentials.salt("cs_nobody")).isEqualTo(credentials.salt("cs_nobody"));
        assertThat(credentials.salt("cs_nobody")).isNotEqualTo(credentials.salt("cs_nobodz"));
        assertThat(new Credentials(log, clock).salt("cs_nobody"))
                .as("another process")
                .isNotEqualTo(credentials.salt("cs_nobody"));
        clock.advance(Credentials.LONGEST);
        assertThat(credentials.salt(what.id().value())).as("ended or not").isEqualTo(salt);
    }

    @Test
    void a_fixed_plan_is_bound_and_no_other_can_be_claimed() {
        var fixed = mint(PLAN, HALF_AN_HOUR).what();

        assertThat(fixed.work(Work.NONE)).isEqualTo(PLAN);
        assertThat(fixed.work(claim("plan-7", ""))).isEqualTo(PLAN);
        assertThat(fixed.work(claim("plan-7", "step-2"))).isEqualTo(PLAN);
        assertThatThrownBy(() -> fixed.work(claim("plan-8", "step-2")))
                .hasMessageContaining("for one plan")
                .hasMessageNotContainingAny("plan-7", "plan-8");
        assertThatThrownBy(() -> fixed.work(claim("plan-7", "step-3")))
                .hasMessageContaining("one step");
        assertThatThrownBy(() -> fixed.work(claim("", "step-3"))).hasMessageContaining("one step");
    }

    @Test
    void a_plan_without_a_step_has_no_step_and_a_free_credential_takes_any_claim() {
        var plan = new Work("plan-7", "", "", "", Work.Assurance.B2);

        assertThatThrownBy(() -> mint(plan, HALF_AN_HOUR).what().work(claim("plan-7", "step-1")))
                .hasMessageContaining("one step");
        assertThat(mint().what().work(claim("p", "s"))).isEqualTo(claim("p", "s"));
    }

    private static Work claim(String plan, String step) {
        return new Work(plan, step, "", "", Work.Assurance.B1);
    }

    @Test
    void the_session_of_a_credential_ends_with_it_whatever_the_token_s_end() {
        var what = mint(Work.NONE, Duration.ofSeconds(10)).what();

        assertThat(what.who().expires()).isEqualTo(clock.instant().plusSeconds(10));
        assertThat(what.expires()).isBefore(Instant.MAX);
    }
}
