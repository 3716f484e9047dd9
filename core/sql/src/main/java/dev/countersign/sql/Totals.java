package dev.countersign.sql;

import java.util.List;
import java.util.Set;

/// The built-ins that may be given a labelled value where its result is one constant anyway:
/// *total* ones. They cannot fail, whatever the value is, and neither the size of what they give
/// nor the time that they take depends on more than its length. What else they are given is a
/// literal or a parameter: with a text of nearly a gigabyte beside it, the server's limit would
/// tell the length.
final class Totals {
    /// Of texts, and with other arguments that are not labelled.
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
                    "starts_with",
                    "strpos",
                    "translate",
                    "quote_literal",
                    "quote_nullable",
                    "quote_ident",
                    "text");

    /// Of any value of the system's own types.
    private static final Set<String> OF_ANYTHING =
            Set.of("concat", "concat_ws", "row_to_json", "to_json", "num_nulls", "num_nonnulls");

    private static final Set<String> TEXT_TYPES = Set.of("text", "varchar", "bpchar");

    private static final Set<String> TEXT_OPERATORS =
            Set.of("||", "=", "<>", "!=", "<", ">", "<=", ">=");

    private Totals() {}

    static boolean function(String name, List<Value> arguments) {
        return (OF_TEXT.contains(name) && arguments.stream().allMatch(Value::textual))
                || (OF_ANYTHING.contains(name) && arguments.stream().allMatch(Totals::known));
    }

    /// Whether it gives a text.
    static boolean text(String name) {
        return switch (name) {
            case "length",
                    "char_length",
                    "character_length",
                    "octet_length",
                    "starts_with",
                    "strpos",
                    "row_to_json",
                    "to_json",
                    "num_nulls",
                    "num_nonnulls" ->
                    false;
            default -> true;
        };
    }

    static boolean operator(String name, List<Value> operands) {
        return TEXT_OPERATORS.contains(name) && operands.stream().allMatch(Value::textual);
    }

    /// A cast to text writes the value out.
    static boolean cast(String type, Value from) {
        return TEXT_TYPES.contains(type) && known(from);
    }

    static boolean known(Value value) {
        return value.harmless() || value.kind() != Schema.Kind.FOREIGN;
    }
}
