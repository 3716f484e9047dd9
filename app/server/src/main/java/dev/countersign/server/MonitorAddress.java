package dev.countersign.server;

import dev.countersign.settings.Document;
import dev.countersign.settings.Documents;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Finds `listen.monitor` in the files of a configuration and looks at nothing else there, so that
/// a health check is quick and does not hang on what the rest of them says.
public final class MonitorAddress {
    private MonitorAddress() {}

    /// Where to ask from this machine; empty where no document has it.
    ///
    /// @throws dev.countersign.settings.ConfigurationProblems if the files cannot be read
    /// @throws IllegalArgumentException if what stands there is no address
    public static Optional<InetSocketAddress> of(Path config) {
        return Documents.read(config).stream()
                .filter(document -> document.kind().isEmpty())
                .map(MonitorAddress::at)
                .filter(Objects::nonNull)
                .findFirst()
                .map(at -> near(new ServerSettings.ListenSettings(at, Optional.empty(), false)));
    }

    private static @Nullable String at(Document document) {
        return value(value(value(document.root(), "listen"), ServerSettings.MONITOR), "at")
                        instanceof ScalarNode found
                ? found.getValue()
                : null;
    }

    private static @Nullable Node value(@Nullable Node in, String key) {
        if (in instanceof MappingNode map) {
            for (var entry : map.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
                    return entry.getValueNode();
                }
            }
        }
        return null;
    }

    private static InetSocketAddress near(ServerSettings.ListenSettings at) {
        try {
            var address = InetAddress.getByName(at.host());
            return new InetSocketAddress(
                    address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address,
                    at.port());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "`listen.monitor`: there is no address of the name " + at.host(), e);
        }
    }
}
