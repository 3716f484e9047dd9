package dev.countersign.sql;

import java.util.Set;

/// The built-ins that may be given a labelled value where its result is one constant anyway:
/// *total* ones. They cannot fail, whatever the value is, and neither the size of what they give
/// nor the time that they take depends on more than its length. They must be executed for nothing
/// to be told by an error; so nothing stands here that is not certain, and each is given one
/// labelled column itself: with what was made of one already, a value could choose what is done
/// next.
final class Totals {
    private static final Set<String> OF_TEXT =
            Set.of(
                    "lower",
                    "upper",
                    "initcap",
                    "left",
                    "right",
                    "btrim",
                    "ltrim",
                    "rtrim",
                    "reverse",
                    "md5",
                    "length",
                    "char_length",
                    "character_length",
                    "octet_length",
                    "concat",
                    "concat_ws",
                    "text");

    private static final Set<String> TEXT_TYPES = Set.of("text", "varchar", "bpchar");

    private Totals() {}

    static boolean function(String name) {
        return OF_TEXT.contains(name);
    }

    /// Whether it gives a text.
    static boolean text(String name) {
        return switch (name) {
            case "length", "char_length", "character_length", "octet_length" -> false;
            default -> true;
        };
    }

    /// A cast to a text type of the system's own writes the value out. A length to be padded to is
    /// none of it: whether there is a value at all would show in the size of the row.
    ///
    /// @param type a bare TypeName
    static boolean cast(Tree type, Value from) {
        var names = type.list("names");
        var schema = names.size() == 2 ? names.getFirst().inside().text("sval") : "";
        var name = Reach.last(names);
        return names.size() <= 2
                && (schema.isEmpty() || schema.equals("pg_catalog"))
                && TEXT_TYPES.contains(name)
                && !type.has("arrayBounds")
                && (name.equals("varchar") || !type.has("typmods"))
                && known(from);
    }

    static boolean known(Value value) {
        return value.harmless() || value.kind() != Schema.Kind.FOREIGN;
    }
}
