package dev.countersign.system.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.PayloadReader;
import dev.countersign.model.Json;
import dev.countersign.verifier.LogReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Both oracles over every road that somebody thought of, and over statements that nobody did.
///
/// `-Dcountersign.oracles=N` makes N statements instead of [#STATEMENTS] and sends each road by
/// each way; `-Dcountersign.oracles.seed=N` makes others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 12, unit = TimeUnit.HOURS) // for as many statements as are asked for
class OraclesTest {
    private static final int STATEMENTS = 5_000;
    private static final long MADE = Long.getLong("countersign.oracles", STATEMENTS);
    private static final boolean ALL_WAYS = MADE > STATEMENTS;
    private static final long SEED = Long.getLong("countersign.oracles.seed", 1);

    /// Sent without waiting.
    private static final int PIPELINE = 25;

    /// Ways on which nothing of plain output columns can be seen, on a direct connection neither.
    private static final Set<Way> BLIND = EnumSet.of(Way.EXPLAINED);

    /// Ways that CI sends every road by; of the others, some.
    private static final Set<Way> ALWAYS = EnumSet.range(Way.SIMPLE, Way.LIMITED);

    @TempDir static Path directory;

    private final Set<KnownOpen> met = new HashSet<>();
    private final Set<String> shownOpen = new HashSet<>();
    private OracleHouse house;
    private Oracles oracles;

    @BeforeAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // two databases and a gateway
    void start() throws Exception {
        house = new OracleHouse(directory);
        oracles = new Oracles(house);
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
    }

    // ---- the oracles prove themselves

    @Test
    @Order(1)
    void on_a_direct_connection_the_roads_lead_out() throws Exception {
        var quiet = new ArrayList<String>();
        try (var twins = new Twins(house::direct)) {
            for (var road : Road.all()) {
                var heard = road.waits() ? null : twins.ask(road.ask());
                if (heard == null) {
                    continue;
                }
                boolean shows =
                        switch (road.shows()) {
                            case CANARY -> !oracles.canaries(heard).isEmpty();
                            case DIFFERENCE -> !heard.alike();
                            case NOTHING -> true;
                        };
                if (!shows) {
                    quiet.add(road.steps() + "\n" + heard.left().shown());
                }
            }
        }

        assertThat(quiet).isEmpty();
        assertThat(Road.all())
                .filteredOn(road -> road.shows() == Road.Shows.CANARY)
                .hasSizeGreaterThan(250);
        assertThat(Road.all())
                .filteredOn(road -> road.shows() == Road.Shows.DIFFERENCE)
                .hasSizeGreaterThan(70);
    }

    @Test
    @Order(2)
    void on_a_direct_connection_every_way_leads_out() throws Exception {
        var blind = EnumSet.noneOf(Way.class);
        try (var twins = new Twins(house::direct)) {
            for (var way : Way.values()) {
                var heard = twins.ask(way.of("SELECT id, ssn, email FROM customers WHERE id < 9"));
                if (oracles.verdict(heard, true).isEmpty()) {
                    blind.add(way);
                }
            }
        }

        assertThat(blind).isEqualTo(BLIND);
    }

    @Test
    @Order(3)
    void on_a_direct_connection_made_statements_run_and_tell() throws Exception {
        int made = 1_500;
        int accepted = 0;
        int canaries = 0;
        int differences = 0;
        try (var twins = new Twins(house::direct)) {
            for (var trials : made(made)) {
                for (var heard : twins.pipeline(trials.stream().map(Trial::ask).toList())) {
                    accepted += heard.left().accepted() ? 1 : 0;
                    canaries += oracles.canaries(heard).isEmpty() ? 0 : 1;
                    differences += heard.alike() ? 0 : 1;
                }
            }
        }

        tell(
                "direct: %d made, %d accepted, %d with canaries, %d differ",
                made, accepted, canaries, differences);
        assertThat(accepted).isGreaterThan(made / 2);
        assertThat(canaries).isGreaterThan(made / 10);
        assertThat(differences).isGreaterThan(made / 8);
    }

    // ---- the gateway

    @Test
    @Order(4)
    void no_road_leads_out_of_the_gateway() throws Exception {
        hunt(OracleHouse.Masks.REDACTED, true);
    }

    @Test
    @Order(5)
    void no_road_leads_out_where_masks_show_a_part() throws Exception {
        hunt(OracleHouse.Masks.SHOWN_IN_PART, false);
    }

    private void hunt(OracleHouse.Masks masks, boolean all) throws IOException, SQLException {
        try (var hunt = new Hunt(house, oracles, masks)) {
            int number = 0;
            for (var road : Road.all()) {
                number++;
                if (all || road.waits()) {
                    hunt.oneByOne(road.asks());
                }
                if (!road.waits()) {
                    hunt.pipeline(List.of(road.ask()));
                }
                if (road.query()) {
                    var asks = new ArrayList<Ask>();
                    for (var way : Way.values()) {
                        boolean chosen = all && (way.name().hashCode() + number) % 5 == 0;
                        if (ALL_WAYS || ALWAYS.contains(way) || chosen) {
                            asks.add(way.of(road.steps().getFirst()));
                        }
                    }
                    hunt.pipeline(asks);
                }
            }
            settled(hunt, "roads, " + masks);
        }
    }

    @Test
    @Order(6)
    void no_statement_that_was_made_tells_anything() throws Exception {
        try (var hunt = new Hunt(house, oracles, OracleHouse.Masks.REDACTED)) {
            for (var trials : made(MADE)) {
                int before = hunt.finds().size();
                hunt.pipeline(trials.stream().map(Trial::ask).toList());
                for (var find : List.copyOf(hunt.finds().subList(before, hunt.finds().size()))) {
                    for (var trial : trials) {
                        if (find.how().equals("alone") && trial.ask().equals(find.ask())) {
                            tell(
                                    "%s\n  shrunk: %s",
                                    trial, hunt.shrunk(trial, find.verdict().kind()));
                        }
                    }
                }
            }
            settled(hunt, "made from seed " + SEED);
            assertThat(hunt.accepted)
                    .as("that the gateway lets through")
                    .isGreaterThan(hunt.asked / 10);
        }
    }

    @Test
    @Order(7)
    void no_conversation_leads_out() throws Exception {
        try (var hunt = new Hunt(house, oracles, OracleHouse.Masks.REDACTED)) {
            for (var conversation : Conversations.ALL) {
                hunt.oneByOne(conversation);
                hunt.oneByOne(List.of(conversation.stream().reduce(Ask::then).orElseThrow()));
            }
            settled(hunt, "conversations");
        }
    }

    @Test
    @Order(8)
    void what_is_known_to_be_open_still_is() {
        assertThat(met)
                .as("take the others out of KnownOpen")
                .containsExactlyInAnyOrderElementsOf(KnownOpen.ALL);
    }

    private void settled(Hunt hunt, String what) {
        met.addAll(hunt.open());
        shownOpen.addAll(hunt.shownOpen());
        tell(
                "%s: %d asked, %d accepted, %d refused, %d sessions ended, %d found, %d found once and never again",
                what,
                hunt.asked,
                hunt.accepted,
                hunt.refused,
                hunt.ended().size(),
                hunt.finds().size(),
                hunt.unstable().size());
        hunt.unstable().forEach(one -> tell("  not again: %s", one));
        hunt.ended().stream().limit(5).forEach(one -> tell("  the session ended: %s", one));
        assertThat(hunt.finds()).as(what).isEmpty();
        assertThat(hunt.unstable())
                .as("found once and never again")
                .hasSizeLessThanOrEqualTo(2 + hunt.asked / 1_000);
    }

    /// Statements in the order of their seeds, as many together as are sent without waiting.
    private static List<List<Trial>> made(long count) {
        return LongStream.range(0, (count + PIPELINE - 1) / PIPELINE)
                .mapToObj(batch ->
                        LongStream.range(batch * PIPELINE, Math.min(count, (batch + 1) * PIPELINE))
                                .mapToObj(at -> Sentences.of(SEED * 1_000_000_000L + at))
                                .toList())
                .toList();
    }

    // ---- what is left behind

    @Test
    @Order(9)
    void neither_evidence_nor_logs_hold_what_clients_must_not_see() throws Exception {
        house.stopGateway();
        var found = new TreeSet<String>();
        try (var files = Files.walk(house.data())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                look(
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1),
                        file.toString(),
                        found);
            }
        }
        look(Files.readString(house.log(), StandardCharsets.ISO_8859_1), "the log", found);
        assertThat(found).as("in clear").isEmpty();

        var payloads = PayloadReader.open(house.data(), house.data().resolve("keys/payload"));
        var recordings = new TreeSet<String>();
        int[] opened = {0};
        LogReader.read(
                house.data(),
                (_, _, text, record) -> {
                    if (record.get("x") instanceof java.util.Map<?, ?> x
                            && x.containsKey("payload")) {
                        opened[0]++;
                        var payload = payloads.read((Json.Obj) Json.parse(text)).text().orElse("");
                        look(
                                Frames.bytes(payload),
                                record.get("k") + " " + record.get("id"),
                                recordings);
                    }
                });

        tell("evidence: %d payloads opened", opened[0]);
        recordings.removeIf(one -> shownOpen.contains(one.split(" ", 2)[0]));
        assertThat(recordings).as("in what the payload key opens").isEmpty();
        assertThat(opened[0]).isGreaterThan(1_000);
    }

    private void look(String bytes, String where, Set<String> found) {
        for (int side = 0; side < 2; side++) {
            found.addAll(
                    oracles.search(side).certain(bytes).stream()
                            .map(one -> one + " in " + where)
                            .collect(Collectors.toSet()));
        }
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static void tell(String format, Object... what) {
        System.out.println("[oracles] " + Instant.now() + " " + format.formatted(what));
    }
}
