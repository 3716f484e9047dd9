package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import java.util.ArrayList;
import java.util.List;

/// The columns of a result as RowDescription tells them (protocol page "Message Formats").
record Shape(List<Column> columns) {
    /// PostgreSQL's own limit on the columns of a result.
    static final int MAX_COLUMNS = 1_664;

    static final Shape NONE = new Shape(List.of());

    /// @param table oid of the relation it comes from, 0 where it comes from none
    /// @param attribute number of the column there, 0 where it is none
    /// @param modifier type modifier: a varchar's length + 4, or -1
    /// @param binary whether its cells come in binary
    record Column(
            String name, long table, int attribute, long type, int modifier, boolean binary) {}

    Shape {
        columns = List.copyOf(columns);
    }

    static Shape read(Frame frame) throws MalformedFrame {
        var in = new Body(frame);
        int count = in.int16();
        if (count > MAX_COLUMNS) {
            throw new MalformedFrame("a result of " + count + " columns");
        }
        var columns = new ArrayList<Column>(count);
        for (int i = 0; i < count; i++) {
            var name = in.cstring();
            long table = in.unsigned32();
            int attribute = (short) in.int16();
            long type = in.unsigned32();
            in.int16(); // the type's size
            int modifier = in.int32();
            columns.add(new Column(name, table, attribute, type, modifier, in.int16() == 1));
        }
        in.done();
        return new Shape(columns);
    }

    List<String> names() {
        return columns.stream().map(Column::name).toList();
    }
}
