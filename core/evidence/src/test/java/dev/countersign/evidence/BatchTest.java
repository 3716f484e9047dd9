package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.evidence.Batch.Append;
import dev.countersign.model.Bytes;
import dev.countersign.model.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class BatchTest {
    private final Batch batch = new Batch(1 << 10);
    private final Chains chains = new Chains("node", "boot");
    private final Places places = new Places(0);

    private void add(Append append) {
        batch.add(append, chains, places, 1, 1);
    }

    private static Append alert(String id) {
        return new Append(() ->
                List.of(
                        new Draft(
                                "alert",
                                id,
                                null,
                                Bytes.EMPTY,
                                "",
                                Bytes.utf8("{\"code\":\"a\",\"facts\":{}}"),
                                0,
                                Draft.Late.NONE,
                                null,
                                null)));
    }

    @Test
    void what_cannot_be_made_fails_alone_and_is_told_at_its_home() {
        var atHome = new ArrayList<Runnable>();
        var broken =
                new Append(
                        () -> {
                            throw new IllegalStateException("broken");
                        },
                        atHome::add);
        var before = alert("1");
        var behind = alert("2");

        batch.begin(0, 0);
        add(before);
        add(broken);
        add(behind);
        batch.end();
        batch.durable();

        assertThat(broken.done()).isNotDone();
        atHome.forEach(Runnable::run);
        assertThat(broken.done().handle((_, why) -> why).join())
                .isInstanceOf(IllegalStateException.class)
                .isNotInstanceOf(CompletionException.class);
        assertThat(before.done().join().getFirst().index()).isZero();
        assertThat(behind.done().join().getFirst().index()).isOne();
        assertThat(before.done().join().getFirst().leaf()).isNotEqualTo(new Hash(0, 0, 0, 0));
    }
}
