package dev.countersign.model;

import java.util.Map;

/// One thing behind the gateway, as records and rules name it. The secret that opens it is not here
/// and never will be.
///
/// @param name what clients call it
/// @param protocol the id of its protocol: `postgres`
/// @param address `host:port`
/// @param namespace what the protocol divides a server into: a database; empty where there is none
/// @param role the login user every session runs as
/// @param labels free words for rules: `env: prod`
public record Target(
        String name,
        String protocol,
        String address,
        String namespace,
        String role,
        Map<String, String> labels) {
    public Target {
        labels = Map.copyOf(labels);
    }

    /// The target as it stands in the canonical action.
    public void write(JsonText out) {
        out.open()
                .put("address", address)
                .put("name", name)
                .putIfAny("namespace", namespace)
                .put("protocol", protocol)
                .putIfAny("role", role)
                .close();
    }

    @Override
    public String toString() {
        return name;
    }
}
