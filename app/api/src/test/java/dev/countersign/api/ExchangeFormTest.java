package dev.countersign.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/// What the OAuth endpoints read, how often, and how they say no.
class ExchangeFormTest {
    /// A clock that goes when a test says so.
    private static final class Hand extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void a_form_is_read_as_browsers_write_it() throws OAuthError {
        var form = Form.read("audience=shop&plan=a+b%3D%26&step=&flag&&");

        assertThat(form.get("audience")).isEqualTo("shop");
        assertThat(form.get("plan")).isEqualTo("a b=&");
        assertThat(form.get("step")).isEmpty();
        assertThat(form.get("flag")).isEmpty();
        assertThat(form.get("nothing")).isEmpty();
        assertThat(Form.read("subject_token=secret").toString()).doesNotContain("secret");
    }

    @Test
    void a_parameter_that_comes_twice_and_what_is_no_form_are_refused() {
        assertThatThrownBy(() -> Form.read("a=1&a=1")).hasMessageContaining("twice");
        assertThatThrownBy(() -> Form.read("a=%zz")).hasMessageContaining("no form");
    }

    @Test
    void a_description_has_only_what_rfc_6749_lets_it_have() {
        var error = new OAuthError(400, "invalid_request", "code", "say `a` \"b\\\" é\n");

        assertThat(error.json().text("error_description").orElseThrow())
                .matches("[ !#-\\[\\]-~]+")
                .startsWith("say  a  ");
        assertThat(error.json().text("error_code")).hasValue("code");
    }

    @Test
    void so_many_a_minute_are_let_through_for_each_name() {
        var clock = new Hand();
        var rate = new Rate(3, clock);
        for (int i = 0; i < 3; i++) {
            assertThat(rate.exceeded("one")).isFalse();
        }

        assertThat(rate.exceeded("one")).isTrue();
        assertThat(rate.exceeded("other")).isFalse();
        clock.now = clock.now.plus(Duration.ofSeconds(59));
        assertThat(rate.exceeded("one")).isTrue();
        clock.now = clock.now.plus(Duration.ofSeconds(1));
        assertThat(rate.exceeded("one")).isFalse();
    }

    @Test
    void names_without_end_cost_no_memory_without_end() {
        var clock = new Hand();
        var rate = new Rate(1, clock);
        for (int i = 0; i < 2 * Rate.MAX_NAMES; i++) {
            assertThat(rate.exceeded("name" + i)).isFalse();
        }

        assertThat(rate.exceeded("name0")).as("forgotten long ago").isFalse();
        assertThat(rate.exceeded("name" + (2 * Rate.MAX_NAMES - 1))).isTrue();
    }
}
