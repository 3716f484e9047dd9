package dev.countersign.postgres;

import dev.countersign.masking.Operator;
import java.util.function.Function;

/// Chooses what becomes of a column's cells: an operator where its type has one, the type's zero
/// where it has not, NULL where the type has no zero either. What comes out is a valid value of the
/// column's type, in its format, and no longer than the column may hold.
final class CellMasks {
    private CellMasks() {}

    /// For a column that is *exactly one labelled column* of a table.
    static CellMask of(Shape.Column column, Operator operator, Styles styles) {
        if (operator instanceof Operator.Nothing) {
            return CellMask.Same.NULL;
        }
        var type = CellType.of(column.type());
        if (type != null) {
            return of(type, column, operator, styles);
        }
        var element = CellType.element(column.type());
        return element == null
                ? CellMask.Same.NULL
                : ArrayCells.of(element, column.binary(), of(element, column, operator, styles));
    }

    /// For every other column that is not harmless: one constant, chosen by the column alone, and
    /// so the same in every row, those where it was NULL among them. NULL is a value of every type.
    static CellMask.Same constant() {
        return CellMask.Same.NULL;
    }

    private static CellMask of(
            CellType type, Shape.Column column, Operator operator, Styles styles) {
        boolean binary = column.binary();
        var zero = new CellMask.Same(Zeros.of(type, column.modifier(), binary, styles));
        return switch (type) {
            case TEXT, VARCHAR, BPCHAR, NAME -> TextCells.of(type, column.modifier(), operator);
            case JSON, JSONB -> JsonCells.of(type == CellType.JSONB && binary, operator);
            case INT2 ->
                    bucket(
                            operator,
                            zero,
                            of -> NumberCells.whole(binary, Short.BYTES, Short.MIN_VALUE, of));
            case INT4 ->
                    bucket(
                            operator,
                            zero,
                            of -> NumberCells.whole(binary, Integer.BYTES, Integer.MIN_VALUE, of));
            case INT8 ->
                    bucket(
                            operator,
                            zero,
                            of -> NumberCells.whole(binary, Long.BYTES, Long.MIN_VALUE, of));
            case OID -> bucket(operator, zero, of -> NumberCells.oid(binary, of));
            case FLOAT4 -> bucket(operator, zero, of -> NumberCells.floating(false, binary, of));
            case FLOAT8 -> bucket(operator, zero, of -> NumberCells.floating(true, binary, of));
            case NUMERIC ->
                    bucket(
                            operator,
                            zero,
                            of -> NumberCells.numeric(binary, column.modifier(), of));
            case DATE, TIMESTAMP, TIMESTAMPTZ ->
                    operator instanceof Operator.FirstDay first
                            ? binary
                                    ? DateCells.binary(type == CellType.DATE, first)
                                    : DateCells.text(type, first)
                            : zero;
            case UUID ->
                    operator instanceof Operator.Pseudonym pseudonym
                            ? UuidCells.of(binary, pseudonym.key())
                            : zero;
            case BOOL, CHAR, BYTEA, MONEY, TIME, TIMETZ, INTERVAL, INET, CIDR -> zero;
        };
    }

    private static CellMask bucket(
            Operator operator,
            CellMask.Same zero,
            Function<Operator.Bucket, CellMask.Change> change) {
        return operator instanceof Operator.Bucket bucket
                ? new CellMask.Each(change.apply(bucket), CellMask.Same.NULL)
                : zero;
    }
}
