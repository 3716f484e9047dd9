package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Reads a published log again with nothing but the formats' documents in mind: the checkpoint's
/// signature, every entry, the whole tree, the canonical form, the chains.
final class CheckLog {
    private CheckLog() {}

    /// @return the records
    static List<Json.Obj> whole(Path directory) throws Exception {
        var log = directory.resolve("evidence/log");
        var note = Files.readString(log.resolve("checkpoint"));
        var vkey = Files.readString(directory.resolve("evidence/log.vkey")).strip();
        verify(note, vkey);
        var lines = note.split("\n", -1);
        int size = Integer.parseInt(lines[1]);
        var entries = new ArrayList<byte[]>();
        for (int bundle = 0; bundle * 256 < size; bundle++) {
            int width = Math.min(256, size - bundle * 256);
            var name = "tile/entries/%03d".formatted(bundle) + (width == 256 ? "" : ".p/" + width);
            var in = ByteBuffer.wrap(Files.readAllBytes(log.resolve(name)));
            while (in.hasRemaining()) {
                var entry = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(entry);
                entries.add(entry);
            }
        }
        assertThat(entries).hasSize(size);
        var leaves = entries.stream().map(CheckLog::leaf).toList();
        assertThat(Base64.getEncoder().encodeToString(root(leaves).bytes())).isEqualTo(lines[2]);
        for (int tile = 0; tile * 256 < size; tile++) {
            int width = Math.min(256, size - tile * 256);
            var name = "tile/0/%03d".formatted(tile) + (width == 256 ? "" : ".p/" + width);
            var bytes = Files.readAllBytes(log.resolve(name));
            for (int i = 0; i < width; i++) {
                assertThat(Hash.of(Arrays.copyOfRange(bytes, i * 32, i * 32 + 32)))
                        .isEqualTo(leaves.get(tile * 256 + i));
            }
        }
        var records = new ArrayList<Json.Obj>();
        for (var entry : entries) {
            var text = new String(entry, StandardCharsets.UTF_8);
            var record = (Json.Obj) Json.parse(text);
            assertThat(record.text()).as("the canonical form").isEqualTo(text);
            records.add(record);
        }
        chains(records, leaves);
        return records;
    }

    private static void chains(List<Json.Obj> records, List<Hash> leaves) {
        var last = new HashMap<String, Integer>();
        var ids = new HashMap<String, Integer>();
        var time = "";
        for (int i = 0; i < records.size(); i++) {
            var record = records.get(i);
            assertThat(ids.put(record.text("id").orElseThrow(), i)).isNull();
            assertThat(record.text("t").orElseThrow()).isGreaterThanOrEqualTo(time);
            time = record.text("t").orElseThrow();
            link("boot " + record.text("boot").orElseThrow(), "n", "", record, i, last, leaves);
            if (record.get("sess").isPresent()) {
                var actor = record.object("actor").orElseThrow();
                link("actor " + actor.text("sub"), "a_n", "a_prev", record, i, last, leaves);
                link(
                        "session " + record.text("sess").orElseThrow(),
                        "s_n",
                        "s_prev",
                        record,
                        i,
                        last,
                        leaves);
            }
        }
    }

    private static void link(
            String chain,
            String number,
            String prev,
            Json.Obj record,
            int at,
            Map<String, Integer> last,
            List<Hash> leaves) {
        var before = last.put(chain, at);
        var n = last.merge(chain + " count", 1, Integer::sum) - 1;
        assertThat(record.integer(number)).as(chain).contains((long) n);
        if (!prev.isEmpty()) {
            assertThat(record.text(prev))
                    .as(chain)
                    .isEqualTo(
                            before == null
                                    ? java.util.Optional.empty()
                                    : java.util.Optional.of(leaves.get(before).toString()));
        }
    }

    private static Hash leaf(byte[] entry) {
        return Hash.sha256(new byte[] {0}, entry);
    }

    /// RFC 6962, section 2.1, as it is written there.
    private static Hash root(List<Hash> leaves) {
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return Hash.sha256(
                new byte[] {1},
                root(leaves.subList(0, k)).bytes(),
                root(leaves.subList(k, leaves.size())).bytes());
    }

    private static void verify(String note, String vkey) throws Exception {
        int cut = note.indexOf("\n\n");
        var body = note.substring(0, cut + 1);
        var line = note.substring(cut + 2).strip();
        var parts = vkey.split("\\+", 3);
        assertThat(line).startsWith("\u2014 " + parts[0] + " ");
        var signature = Base64.getDecoder().decode(line.substring(line.lastIndexOf(' ') + 1));
        var key = Base64.getDecoder().decode(parts[2]);
        assertThat(HexFormat.of().formatHex(Arrays.copyOf(signature, 4))).isEqualTo(parts[1]);
        var spki =
                ByteBuffer.allocate(44)
                        .put(HexFormat.of().parseHex("302a300506032b6570032100"))
                        .put(key, 1, 32)
                        .array();
        var check = Signature.getInstance("Ed25519");
        check.initVerify(
                KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
        check.update(body.getBytes(StandardCharsets.UTF_8));
        assertThat(check.verify(signature, 4, signature.length - 4)).isTrue();
    }
}
