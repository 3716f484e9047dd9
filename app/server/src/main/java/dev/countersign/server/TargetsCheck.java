package dev.countersign.server;

import dev.countersign.gate.Leg;
import dev.countersign.gate.TargetSettings;
import dev.countersign.postgres.Postgres;
import dev.countersign.postgres.TargetFacts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/// Whether targets are there, let the gateway in, and give its role no more than it should have.
final class TargetsCheck {
    /// How long a target may take to answer a connection.
    static final Duration CONNECT = Duration.ofSeconds(5);

    private TargetsCheck() {}

    static void check(Configuration configuration, Postgres postgres, Consumer<Finding> found) {
        for (var target : configuration.targets().values()) {
            if (target.target().protocol().equals(postgres.id())) {
                check(target, configuration, postgres, found);
            }
        }
    }

    private static void check(
            TargetSettings target,
            Configuration configuration,
            Postgres postgres,
            Consumer<Finding> found) {
        var about = "target " + target.target().name();
        var unread = PlaceCheck.readable(target.secret(), configuration, about);
        unread.ifPresent(found);
        if (!reachable(target.leg(), about, found) || unread.isPresent()) {
            return;
        }
        var secret = configuration.secret(target.secret());
        try {
            facts(about, target.target().role(), postgres.examine(target, secret::read), found);
        } catch (IOException e) {
            found.accept(tls(e) ? noTls(about, target.leg(), e) : noLogin(about, target, e));
        }
    }

    private static boolean reachable(Leg leg, String about, Consumer<Finding> found) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(leg.host(), leg.port()), (int) CONNECT.toMillis());
            return true;
        } catch (IOException e) {
            found.accept(
                    Finding.wrong(
                            "target-unreachable",
                            about,
                            "nothing answers at " + leg.host() + ":" + leg.port(),
                            "correct `address`, start it, or open the way from here to it"));
            return false;
        }
    }

    private static boolean tls(Throwable why) {
        for (var at = why; at != null; at = at.getCause()) {
            if (at instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private static Finding noTls(String about, Leg leg, IOException why) {
        return Finding.wrong(
                "target-tls",
                about,
                String.valueOf(why.getMessage()),
                "name its authority in tls: {ca: file:…}, and the name that its certificate bears in"
                        + " server-name (now "
                        + leg.serverName()
                        + ")");
    }

    private static Finding noLogin(String about, TargetSettings target, IOException why) {
        return Finding.wrong(
                "target-login",
                about,
                "it does not let the gateway in: " + why.getMessage(),
                "try psql as role "
                        + target.target().role()
                        + " with the same secret; look at pg_hba.conf and whether the database exists");
    }

    private static void facts(
            String about, String role, TargetFacts facts, Consumer<Finding> found) {
        if (facts.superuser()) {
            found.accept(
                    Finding.wrong(
                            "role-superuser",
                            about,
                            "role " + role + " is a superuser: nothing on the target holds it",
                            "ALTER ROLE " + role + " NOSUPERUSER"));
            return; // what else it may do follows from that
        }
        if (facts.bypassesRowSecurity()) {
            found.accept(
                    Finding.warning(
                            "role-bypassrls",
                            about,
                            "row security does not hold for role " + role,
                            "ALTER ROLE " + role + " NOBYPASSRLS"));
        }
        if (facts.createsRoles()) {
            found.accept(
                    Finding.warning(
                            "role-creates-roles",
                            about,
                            "role " + role + " may make roles and give them what it has",
                            "ALTER ROLE " + role + " NOCREATEROLE"));
        }
        if (!facts.powers().isEmpty()) {
            found.accept(
                    Finding.warning(
                            "role-powers",
                            about,
                            "role " + role + " has " + String.join(", ", facts.powers()),
                            "REVOKE " + String.join(", ", facts.powers()) + " FROM " + role));
        }
        if (facts.ownsRelations() > 0) {
            found.accept(
                    Finding.warning(
                            "role-owns-tables",
                            about,
                            "role "
                                    + role
                                    + " owns "
                                    + facts.ownsRelations()
                                    + " tables or views: it can change and drop them",
                            "ALTER TABLE … OWNER TO another role, and GRANT what it needs"));
        }
        if (!facts.tracksCounts()) {
            found.accept(
                    Finding.warning(
                            "target-track-counts",
                            about,
                            "track_counts is off: what an approved write changes beside its own rows"
                                    + " cannot be counted, and is undone",
                            "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf()"));
        }
        if (!facts.logsStatements().isEmpty()) {
            found.accept(
                    Finding.warning(
                            "target-logs-statements",
                            about,
                            "the target's own log gets statements with their values: "
                                    + String.join(", ", facts.logsStatements()),
                            "turn it off for this role (ALTER ROLE "
                                    + role
                                    + " SET log_statement = none), or guard that log as you guard the"
                                    + " data"));
        }
        if (!facts.missingColumns().isEmpty()) {
            found.accept(
                    Finding.wrong(
                            "columns-missing",
                            about,
                            "labelled columns that are not there: "
                                    + String.join(", ", facts.missingColumns()),
                            "correct `columns`: a name that fits nothing masks nothing"));
        }
    }
}
