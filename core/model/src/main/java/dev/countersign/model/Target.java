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
    public Json.Obj json() {
        return Json.object()
                .put("name", name)
                .put("protocol", protocol)
                .put("address", address)
                .putIfAny("namespace", namespace)
                .putIfAny("role", role)
                .build();
    }

    @Override
    public String toString() {
        return name;
    }
}
