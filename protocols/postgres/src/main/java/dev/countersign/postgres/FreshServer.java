package dev.countersign.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a PostgreSQL has of its own before anybody made anything: written down once from a real one
/// (`fresh-server.txt`, tab-separated), so that statements can be judged where there is none.
///
/// ```
/// type      23  int4  b  N  0  0  0
/// relation  1259  pg_catalog  pg_class  r  oid:26,relname:19,…
/// rows      row_to_json
/// ```
final class FreshServer {
    private final TargetTypes types = new TargetTypes();
    private final Map<String, Long> typesByName = new HashMap<>();
    private final Set<String> ofRows = new HashSet<>();
    private final List<String[]> relations = new ArrayList<>();

    private FreshServer(List<String> lines) {
        for (var line : lines) {
            var part = line.split("\t", -1);
            switch (part[0]) {
                case "type" -> type(part);
                case "relation" -> relations.add(part);
                case "rows" -> ofRows.add(part[1]);
                default -> throw new IllegalStateException("fresh-server.txt has " + part[0]);
            }
        }
    }

    private static final class Once {
        static final FreshServer ONE = new FreshServer(read());
    }

    static FreshServer get() {
        return Once.ONE;
    }

    private static List<String> read() {
        try (var in = FreshServer.class.getResourceAsStream("fresh-server.txt")) {
            if (in == null) {
                throw new IllegalStateException("fresh-server.txt is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void type(String[] part) {
        long oid = Long.parseLong(part[1]);
        types.add(
                oid,
                new TargetTypes.Type(
                        part[2],
                        part[3].charAt(0),
                        part[4].equals("A"),
                        Long.parseLong(part[5]),
                        Long.parseLong(part[6]),
                        Long.parseLong(part[7])));
        typesByName.put(part[2], oid);
    }

    TargetTypes types() {
        return types;
    }

    /// A type's oid by the server's own name; 0 where it has none of that name.
    long type(String name) {
        return typesByName.getOrDefault(name, 0L);
    }

    Catalogue.Code code() {
        return new Catalogue.Code(ofRows, Set.of(), Set.of(), Set.of(), false, types.system());
    }

    /// Tells a builder of the system's own relations.
    void tell(CatalogueBuilder builder) {
        for (var part : relations) {
            long oid = Long.parseLong(part[1]);
            builder.relation(oid, part[2], part[3], part[4].charAt(0));
            int number = 1;
            for (var column : part[5].split(",", -1)) {
                int at = column.lastIndexOf(':');
                long type = Long.parseLong(column.substring(at + 1));
                builder.column(oid, number++, column.substring(0, at), type, types.kind(type));
                long rows = types.rowsIn(type);
                if (rows != 0) {
                    builder.rowsOf(oid, number - 1, rows);
                }
            }
        }
    }
}
