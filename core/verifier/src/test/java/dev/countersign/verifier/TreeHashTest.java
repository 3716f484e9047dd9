package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tree of RFC 6962 against the inputs and roots that Certificate Transparency's reference
/// implementation publishes.
class TreeHashTest {
    private static final List<String> INPUTS =
            List.of(
                    "",
                    "00",
                    "10",
                    "2021",
                    "3031",
                    "40414243",
                    "5051525354555657",
                    "606162636465666768696a6b6c6d6e6f");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    })
    void the_roots_are_those_of_the_reference(int size, String root) {
        var tree = new Tree(folder, size);
        INPUTS.stream()
                .limit(size)
                .forEach(input ->
                        tree.append(tree.leaf(HexFormat.of().parseHex(input)), (_, _, _) -> {}));

        assertThat(HexFormat.of().formatHex(tree.root())).isEqualTo(root);
        assertThat(tree.count()).isEqualTo(size);
    }

    @Test
    void tiles_are_named_as_tlog_tiles_names_them() {
        assertThat(Tree.path("0", 0, 0)).isEqualTo("tile/0/000");
        assertThat(Tree.path("0", 5, 12)).isEqualTo("tile/0/005.p/12");
        assertThat(Tree.path("entries", 1_234_067, 0)).isEqualTo("tile/entries/x001/x234/067");
        assertThat(Tree.path("2", 1_000, 1)).isEqualTo("tile/2/x001/000.p/1");
    }
}
