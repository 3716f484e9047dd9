package dev.countersign.demo;

/// The demo's configuration: an ordinary one, apart from listening in clear on loopback.
final class DemoConfiguration {
    private DemoConfiguration() {}

    static String yaml(int gatewayPort, int apiPort, int databasePort, String issuer) {
        return """
        # Written by `countersign demo`; anew at each start.
        listen:
          postgres: {at: "127.0.0.1:%d", plaintext: true}
          api: {at: "127.0.0.1:%d"}
        data-dir: .
        origin: example.com/countersign/demo
        keys: {log: file:keys/log, payload: file:keys/payload}
        issuers:
          - issuer: %s
            audience: countersign
            review-audience: countersign-reviews
            review-client: countersign-cli
            operators: {nightly: omar}
            agent-claim: act.sub
            human-claim: sub
            groups-claim: groups
            subjects: public
        ---
        kind: Target
        name: shop
        protocol: postgres
        address: "127.0.0.1:%d"
        database: shop
        role: countersign_agent
        tls: {mode: plain}
        secret: file:shop.secret
        labels: {env: prod}
        columns:
          public.customers.email: {label: pii.email, mask: redact}
          public.customers.card_number: {label: pci.pan, mask: {partial: {last: 4}}}
          public.customers.ssn: {label: pii.ssn, mask: redact}
        ---
        kind: Panel
        name: dba
        groups: [dba]
        ---
        kind: Policy
        name: agents-baseline
        rules:
          - name: reads-masked
            on: [sql]
            when: stmt.effects.all(e, e in ["read", "session"])
            allow: true
          - name: writes-need-approval
            on: [sql]
            when: stmt.verb == "write" && stmt.tables.all(t, t == "public.orders")
            allow: true
            require: {approval: {panel: dba, within: 10m}}
          - name: no-unbounded-dml
            on: [sql]
            when: stmt.effects.exists(e, e in ["update", "delete"]) && (!stmt.has_where || stmt.where_is_tautology)
            deny: UPDATE and DELETE must be restricted.
        """
                .formatted(gatewayPort, apiPort, issuer, databasePort);
    }
}
