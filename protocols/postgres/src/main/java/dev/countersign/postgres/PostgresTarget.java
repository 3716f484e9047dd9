package dev.countersign.postgres;

import dev.countersign.gate.Leg;
import dev.countersign.gate.TargetSettings;
import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.JsonPath;
import dev.countersign.masking.MaskSettings;
import dev.countersign.model.Target;
import dev.countersign.settings.Default;
import dev.countersign.sql.Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A `kind: Target` with `protocol: postgres`.
///
/// ```yaml
/// kind: Target
/// name: shop
/// protocol: postgres
/// address: db.internal:5432
/// database: shop
/// role: countersign_agent
/// tls: {mode: verify-full, ca: file:db-ca.pem}
/// secret: file:/run/secrets/shop
/// columns:
///   public.customers.ssn: {label: pii.ssn, mask: redact}
/// ```
///
/// @param name what clients give as database name
/// @param protocol `postgres`
/// @param address `host:port`
/// @param database at that server
/// @param role the login user; every session runs as it
/// @param tls the certificate's chain and name are verified unless this says `plain`
/// @param secret where the password comes from: a reference, never the password
/// @param labels free words for rules
/// @param columns what is sensitive: `schema.table.column`, and of a json or jsonb column a place
///   in its documents, `schema.table.column.$.path`
/// @param comparisonsPerMinute values that one principal may compare with columns whose label says
///   `filter: equality`
/// @param detectors what is looked for in cells that nothing labels; nothing where it is left away
/// @param functionCalls functions that clients may call by a FunctionCall message
/// @param listenChannels channels that clients may LISTEN to, as the server has their names
/// @param maskNotices whether the client is told after each statement what was masked
/// @param rowOrder `hidden`: the server is kept from giving rows in the order of an index over a
///   labelled column, and tables partitioned by one are refused; or `shown`
/// @param record how much of an answer a recording keeps
/// @param sessionSettings `pinned`; `free` is not served yet
public record PostgresTarget(
        String name,
        String protocol,
        String address,
        String database,
        String role,
        Optional<TlsSettings> tls,
        String secret,
        Map<String, String> labels,
        Map<String, ColumnSettings> columns,
        @Default("60") int comparisonsPerMinute,
        Optional<DetectorSettings> detectors,
        List<String> functionCalls,
        List<String> listenChannels,
        @Default("true") boolean maskNotices,
        @Default("hidden") String rowOrder,
        Optional<RecordSettings> record,
        @Default("pinned") String sessionSettings)
        implements TargetSettings {

    private static final Pattern ADDRESS =
            Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\s]+):(\\d{1,5})");

    /// @param mode `verify-full` or `plain`
    /// @param ca authorities, PEM; the machine's own where none is given
    /// @param serverName that the certificate must bear; the address's host where none is given
    public record TlsSettings(
            @Default("verify-full") String mode,
            Optional<Path> ca,
            @Default("") String serverName) {
        public TlsSettings {
            if (!mode.equals("verify-full") && !mode.equals("plain")) {
                throw new IllegalArgumentException(
                        "`mode` is verify-full or plain; there is none that does not verify");
            }
        }
    }

    /// @param label what it is: `pii.ssn`; up to 64 small letters, digits, dots and dashes
    /// @param mask how it looks to clients
    /// @param filter `none`, or `equality`: it may be compared with literals and parameters in
    ///   WHERE, so many values a minute
    public record ColumnSettings(String label, MaskSettings mask, @Default("none") String filter) {
        public ColumnSettings {
            if (!label.matches("[a-z0-9_.-]{1,64}")) {
                throw new IllegalArgumentException(
                        "`label` is up to 64 small letters, digits, dots and dashes: pii.ssn");
            }
            if (!filter.equals("none") && !filter.equals("equality")) {
                throw new IllegalArgumentException("`filter` is none or equality");
            }
        }
    }

    /// What a key of `columns` names: a column, or a place in the documents of one
    /// (`public.customers.meta.$.ssn`).
    record Place(String relation, String column, Optional<JsonPath> path) {
        /// @throws IllegalArgumentException if it names none
        static Place parse(String written) {
            int at = written.indexOf(".$");
            var names = (at < 0 ? written : written.substring(0, at)).split("\\.", -1);
            if (names.length != 3) {
                throw new IllegalArgumentException(
                        "`columns` names each as schema.table.column or schema.table.column.$.path,"
                                + " not `"
                                + written
                                + "`");
            }
            return new Place(
                    names[0] + "." + names[1],
                    names[2],
                    at < 0
                            ? Optional.empty()
                            : Optional.of(JsonPath.parse(written.substring(at + 1))));
        }
    }

    private static Optional<String> place(
            String written, ColumnSettings says, Map<String, ColumnSettings> all) {
        try {
            var place = Place.parse(written);
            if (place.path().isEmpty()) {
                return Optional.empty();
            }
            var column = place.relation() + "." + place.column();
            return all.containsKey(column)
                    ? Optional.of("`" + written + "` says nothing: all of the column has a label")
                    : says.filter().equals("none")
                            ? Optional.empty()
                            : Optional.of(
                                    "`"
                                            + written
                                            + "`: a part of a document cannot be compared, so it has no `filter`");
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// @param depth `head`
    /// @param rows of an answer that are kept
    /// @param digest `all` How much of an answer a recording keeps.
    ///
    /// @param depth `head`: its first rows; `none`: no rows
    /// @param rows of one answer
    /// @param digest `all`: a SHA-256 over everything that the client got, also over what is not
    ///   kept
    public record RecordSettings(
            @Default("head") String depth,
            @Default("200") int rows,
            @Default("all") String digest) {
        public RecordSettings {
            if (!depth.equals("head") && !depth.equals("none")) {
                throw new IllegalArgumentException("`depth` of a recording is head or none");
            }
            if (!digest.equals("all")) {
                throw new IllegalArgumentException(
                        "`digest` of a recording is all: a part of an answer proves nothing");
            }
        }

        int kept() {
            return depth.equals("none") ? 0 : rows;
        }
    }

    public PostgresTarget {
        var wrong = new ArrayList<String>();
        if (!name.matches("[A-Za-z0-9_.-]{1,63}")) {
            wrong.add("`name` is up to 63 letters, digits, dots, dashes and underscores");
        }
        var at = ADDRESS.matcher(address);
        if (!at.matches() || Integer.parseInt(at.group(2)) > 65_535) {
            wrong.add("`address` must be `host:port`");
        }
        columns.forEach((written, says) -> place(written, says, columns).ifPresent(wrong::add));
        if (!rowOrder.equals("hidden") && !rowOrder.equals("shown")) {
            wrong.add("`row-order` is hidden or shown");
        }
        for (var function : functionCalls) {
            if (!FunctionCalls.SERVABLE.contains(function)) {
                wrong.add(
                        "`function-calls` names some of "
                                + String.join(", ", new TreeSet<>(FunctionCalls.SERVABLE))
                                + ": not `"
                                + function
                                + "`");
            }
        }
        for (var channel : listenChannels) {
            int length = channel.getBytes(StandardCharsets.UTF_8).length;
            if (length == 0 || length > Text.MAX_NAME || channel.indexOf('\0') >= 0) {
                wrong.add(
                        "`listen-channels` names each channel as the server has it, in 1 to "
                                + Text.MAX_NAME
                                + " bytes: not `"
                                + channel
                                + "`");
            }
        }
        if (comparisonsPerMinute < 1) {
            wrong.add("`comparisons-per-minute` is at least 1; leave `filter` away to allow none");
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
        functionCalls = List.copyOf(functionCalls);
        listenChannels = List.copyOf(listenChannels);
    }

    @Override
    public Target target() {
        return new Target(name, protocol, address, database, role, labels);
    }

    @Override
    public Leg leg() {
        int colon = address.lastIndexOf(':');
        var host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
        var says = tls.orElseGet(() -> new TlsSettings("verify-full", Optional.empty(), ""));
        return new Leg(
                host,
                Integer.parseInt(address.substring(colon + 1)),
                says.mode().equals("plain") ? Leg.Tls.PLAIN : Leg.Tls.VERIFY_FULL,
                says.ca().map(Path::toString).orElse(""),
                says.serverName().isEmpty() ? host : says.serverName());
    }

    boolean hidesRowOrder() {
        return rowOrder.equals("hidden");
    }

    Served served() {
        return new Served(
                detectors.filter(DetectorSettings::enabled).isPresent(),
                Set.copyOf(listenChannels));
    }

    int recordedRows() {
        return record.map(RecordSettings::kept).orElse(200);
    }

    @Override
    public List<String> notServed() {
        var out = new ArrayList<String>();
        if (!sessionSettings.equals("pinned")) {
            out.add(
                    "target "
                            + name
                            + ": `session-settings: "
                            + sessionSettings
                            + "` is not served by this version: settings are pinned");
        }
        return out;
    }
}
