package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeyCacheTest {
    private static final Duration A_LITTLE = Duration.ofSeconds(1);

    private final FakeClock clock = new FakeClock();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile KeyCache.Source source = () -> set(HostileIssuer.RSA);
    private final List<KeySet> recorded = new ArrayList<>();
    private volatile KeyCache.Recorder recorder = recorded::add;
    private final KeyCache cache =
            new KeyCache(
                    "https://idp.example",
                    () -> {
                        fetches.incrementAndGet();
                        return source.fetch();
                    },
                    keys -> recorder.inUse(keys),
                    clock);

    @Test
    void a_hundred_at_once_make_one_fetch() throws Exception {
        var open = new CountDownLatch(1);
        source =
                () -> {
                    pass(open);
                    return set(HostileIssuer.RSA);
                };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<KeySet>>();
            var arrived = new CountDownLatch(100);
            for (int i = 0; i < 100; i++) {
                all.add(
                        threads.submit(() -> {
                            arrived.countDown();
                            return cache.keys();
                        }));
            }
            arrived.await();
            open.countDown();
            var first = all.getFirst().get();
            for (var one : all) {
                assertThat(one.get()).isSameAs(first);
            }
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void a_hundred_with_an_unknown_key_make_one_fetch() throws Exception {
        var known = cache.keys();
        clock.advance(KeyCache.RETRY);
        var open = new CountDownLatch(1);
        source =
                () -> {
                    pass(open);
                    return set(HostileIssuer.EC);
                };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<KeySet>>();
            for (int i = 0; i < 100; i++) {
                all.add(threads.submit(() -> cache.keysBeyond(known)));
            }
            await().until(() -> fetches.get() == 2);
            open.countDown();
            for (var one : all) {
                assertThat(one.get()).isNotSameAs(known);
            }
        }
        assertThat(fetches).hasValue(2);
    }

    @Test
    void fresh_keys_serve_without_a_fetch() throws Exception {
        var first = cache.keys();
        clock.advance(KeyCache.FRESH.minus(A_LITTLE));
        assertThat(cache.keys()).isSameAs(first);
        assertThat(fetches).hasValue(1);
    }

    @Test
    void stale_keys_serve_while_new_ones_are_fetched_behind_them() throws Exception {
        var first = cache.keys();
        var open = new CountDownLatch(1);
        source =
                () -> {
                    pass(open);
                    return set(HostileIssuer.EC);
                };
        clock.advance(KeyCache.FRESH);
        assertThat(cache.keys()).isSameAs(first);
        assertThat(cache.keys()).isSameAs(first);
        open.countDown();
        await().until(() -> cache.keys() != first);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void when_the_issuer_is_down_keys_serve_until_their_limit_and_then_nothing_does()
            throws Exception {
        var first = cache.keys();
        source = down();
        clock.advance(KeyCache.LIMIT.minus(A_LITTLE));
        assertThat(cache.keys()).isSameAs(first);
        await().until(() -> fetches.get() == 2);
        clock.advance(A_LITTLE);
        fails(cache::keys, IssuerFailure.UNREACHABLE);
        clock.advance(KeyCache.RETRY);
        fails(cache::keys, IssuerFailure.UNREACHABLE);
        source = () -> set(HostileIssuer.EC);
        clock.advance(KeyCache.RETRY);
        assertThat(cache.keys()).isNotSameAs(first);
    }

    @Test
    void an_issuer_that_is_down_is_not_asked_by_every_login() throws Exception {
        source = down();
        for (int i = 0; i < 10; i++) {
            fails(cache::keys, IssuerFailure.UNREACHABLE);
        }
        assertThat(fetches).hasValue(1);
        clock.advance(KeyCache.RETRY);
        fails(cache::keys, IssuerFailure.UNREACHABLE);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void unknown_keys_make_one_fetch_in_a_minute_whatever_comes_of_it() throws Exception {
        var known = cache.keys();
        clock.advance(KeyCache.RETRY);
        source = down();
        for (int i = 0; i < 10; i++) {
            assertThat(cache.keysBeyond(known)).isSameAs(known);
        }
        assertThat(fetches).hasValue(2);
        clock.advance(KeyCache.UNKNOWN_KEY_PAUSE.minus(A_LITTLE));
        assertThat(cache.keysBeyond(known)).isSameAs(known);
        assertThat(fetches).hasValue(2);
        clock.advance(A_LITTLE);
        source = () -> set(HostileIssuer.EC);
        assertThat(cache.keysBeyond(known)).isNotSameAs(known);
        assertThat(fetches).hasValue(3);
    }

    @Test
    void keys_that_have_just_been_fetched_are_not_fetched_again_for_an_unknown_one()
            throws Exception {
        var known = cache.keys();
        assertThat(cache.keysBeyond(known)).isSameAs(known);
        assertThat(fetches).hasValue(1);
        clock.advance(KeyCache.RETRY);
        assertThat(cache.keysBeyond(known)).isNotSameAs(known);
    }

    @Test
    void keys_are_recorded_once_and_before_they_are_used() throws Exception {
        var used = new ArrayList<String>();
        recorder =
                keys -> {
                    recorded.add(keys);
                    used.add("recorded");
                };
        var first = cache.keys();
        used.add("used");
        assertThat(used).containsExactly("recorded", "used");
        assertThat(recorded).containsExactly(first);
        clock.advance(KeyCache.RETRY);
        var _ = cache.keysBeyond(first);
        assertThat(fetches).hasValue(2);
        assertThat(recorded).hasSize(1); // the same keys again
        clock.advance(KeyCache.UNKNOWN_KEY_PAUSE);
        source = () -> set(HostileIssuer.EC);
        var _ = cache.keysBeyond(cache.keys());
        assertThat(recorded).hasSize(2);
    }

    @Test
    void keys_that_cannot_be_recorded_are_not_used() throws Exception {
        recorder =
                _ -> {
                    throw new IllegalStateException("disk full");
                };
        fails(cache::keys, IssuerFailure.UNRECORDED);
        recorder = recorded::add;
        clock.advance(KeyCache.RETRY);
        assertThat(cache.keys()).isSameAs(recorded.getFirst());
    }

    @Test
    void a_source_that_breaks_down_is_a_failure_and_not_a_hang() {
        source =
                () -> {
                    throw new IllegalArgumentException("quotes what came");
                };
        assertThatThrownBy(cache::keys)
                .isInstanceOfSatisfying(
                        IssuerFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(IssuerFailure.UNTRUSTED))
                .hasMessageNotContaining("quotes");
    }

    @Test
    void a_clock_that_goes_backwards_makes_keys_no_younger() throws Exception {
        var first = cache.keys();
        clock.advance(Duration.ofHours(-1));
        source = () -> set(HostileIssuer.EC);
        assertThat(cache.keys()).isNotSameAs(first);
    }

    private static void fails(ThrowingCallable call, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        IssuerFailure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private static KeyCache.Source down() {
        return () -> {
            throw new IssuerFailure(IssuerFailure.UNREACHABLE, "down");
        };
    }

    private static void pass(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeySet set(JWK key) throws IssuerFailure {
        return KeySet.parse(new JWKSet(key).toString(true));
    }
}
