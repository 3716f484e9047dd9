package dev.countersign.system;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// Exchanges tokens at a house's API, and connects with what comes of it.
final class Mint {
    private final House house;

    /// All passwords that were ever given out.
    final List<String> passwords = new ArrayList<>();

    /// Whether the listener speaks TLS.
    boolean tls = true;

    Mint(House house) {
        this.house = house;
    }

    record Minted(String user, String password) {}

    /// The token endpoint's answer to this token.
    ///
    /// @param more fields, each a name and a value; the last of a name counts
    Desk.Reply exchange(String token, String... more) throws IOException, InterruptedException {
        var fields =
                new java.util.LinkedHashMap<>(
                        Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:token-exchange",
                                "subject_token",
                                token,
                                "subject_token_type",
                                "urn:ietf:params:oauth:token-type:access_token",
                                "audience",
                                "shop"));
        for (int i = 0; i < more.length; i += 2) {
            fields.put(more[i], more[i + 1]);
        }
        return new Desk(house.apiPort, "")
                .form(
                        "/oauth/token",
                        fields.entrySet().stream()
                                .flatMap(one -> List.of(one.getKey(), one.getValue()).stream())
                                .toArray(String[]::new));
    }

    /// One for eve, acting for ann.
    Minted mint(String... more) throws IOException, InterruptedException {
        var reply = exchange(house.token(), more);
        if (reply.status() != 200) {
            throw new IOException("nothing was minted: " + reply);
        }
        var minted =
                new Minted(
                        reply.body().text("username").orElseThrow(),
                        reply.body().text("access_token").orElseThrow());
        passwords.add(minted.password());
        return minted;
    }

    /// A connection as pgjdbc makes it.
    Connection connect(Minted by, String target, String... more) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", by.user());
        properties.setProperty("password", by.password());
        properties.setProperty("loginTimeout", "20");
        if (tls) {
            properties.setProperty("sslmode", "verify-full");
            properties.setProperty("sslrootcert", house.certificates.ca.toString());
        } else {
            properties.setProperty("sslmode", "disable");
        }
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + house.port + "/" + target, properties);
    }

    /// Without the password.
    String words(Minted by) {
        return "host=127.0.0.1 port="
                + house.port
                + " dbname=shop user="
                + by.user()
                + (tls
                        ? " sslmode=verify-full sslrootcert=" + house.certificates.ca
                        : " sslmode=disable");
    }

    String psql(Minted by, String script, Map<String, String> environment) throws IOException {
        var all = new java.util.HashMap<>(environment);
        all.put("PGPASSWORD", by.password());
        return House.run(List.of("psql", "-X", "-v", "VERBOSITY=verbose", words(by)), all, script);
    }

    String psql(Minted by, String script) throws IOException {
        return psql(by, script, Map.of());
    }
}
