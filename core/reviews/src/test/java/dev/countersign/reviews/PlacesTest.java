package dev.countersign.reviews;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Decision.Requirement.Approval;
import dev.countersign.model.Reviewer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final Map<String, Panel> PANELS =
            Map.of(
                    "dba", new Panel("dba", List.of("dba"), 1, List.of()),
                    "owners", new Panel("owners", List.of("owners", "finance"), 1, List.of()),
                    "two", new Panel("two", List.of("dba"), 2, List.of()));

    private static Approval of(String panel, int count) {
        return new Approval(panel, count, Duration.ofMinutes(15), false);
    }

    private static Reviewer who(String name, String... groups) {
        return Cast.person(name, groups);
    }

    private static Places places(Approval... needs) {
        return Objects.requireNonNull(Places.of(List.of(needs), PANELS));
    }

    @Test
    void one_person_fills_one_place_however_many_panels_they_sit_in() {
        var places = places(of("dba", 1), of("owners", 1));
        var both = who("zoe", "dba", "owners");

        assertThat(places.count()).isEqualTo(2);
        assertThat(places.filled(List.of(both))).isEqualTo(1);
        assertThat(places.filled(List.of(both, who("olga", "finance")))).isEqualTo(2);
    }

    @Test
    void who_could_sit_in_two_places_makes_room_for_who_can_sit_in_one() {
        var places = places(of("dba", 1), of("owners", 1));

        assertThat(places.filled(List.of(who("zoe", "dba", "owners"), who("dan", "dba"))))
                .isEqualTo(2);
        assertThat(places.filled(List.of(who("dan", "dba"), who("dora", "dba")))).isEqualTo(1);
    }

    @Test
    void the_larger_of_rule_and_panel_counts() {
        assertThat(places(of("two", 1)).count()).isEqualTo(2);
        assertThat(places(of("dba", 3)).count()).isEqualTo(3);
        assertThat(places(of("dba", 1), of("dba", 2)).count()).isEqualTo(2);
    }

    @Test
    void the_stricter_of_several_rules_counts() {
        var places =
                places(
                        new Approval("dba", 1, Duration.ofMinutes(15), false),
                        new Approval("dba", 1, Duration.ofMinutes(5), true));

        assertThat(places.within()).isEqualTo(Duration.ofMinutes(5));
        assertThat(places.signed()).isTrue();
        assertThat(places.needs()).hasSize(1);
    }

    @Test
    void an_unknown_panel_or_none_can_never_be_satisfied() {
        assertThat(Places.of(List.of(of("nobody", 1)), PANELS)).isNull();
        assertThat(Places.of(List.of(), PANELS)).isNull();
    }

    @Test
    void only_members_may_decide() {
        assertThat(places(of("owners", 1)).mayDecide(who("olga", "finance"))).isTrue();
        assertThat(places(of("owners", 1)).mayDecide(who("dan", "dba"))).isFalse();
    }
}
