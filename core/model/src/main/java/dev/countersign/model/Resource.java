package dev.countersign.model;

/// One thing that an action touches: `table:public.orders`, `function:pg_catalog.lower`,
/// `path:/v1/refunds`.
///
/// @param id what the target knows it by apart from its name (an oid); empty where nobody resolved
///   it
public record Resource(String kind, String name, String id) {
    public Resource(String kind, String name) {
        this(kind, name, "");
    }

    public void write(JsonText out) {
        out.open().putIfAny("id", id).put("kind", kind).put("name", name).close();
    }

    @Override
    public String toString() {
        return kind + ":" + name;
    }
}
