package dev.countersign.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads the documents of a configuration: one file, and what its `include:` names.
public final class Documents {
    /// Bytes of one file.
    static final int MAX_FILE = 1 << 20;

    /// Maps and lists inside each other.
    static final int MAX_DEPTH = 64;

    /// Files of one configuration.
    static final int MAX_FILES = 1_000;

    private final List<Document> documents = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Path> read = new HashSet<>();

    private Documents() {}

    /// @throws ConfigurationProblems with all that cannot be read
    public static List<Document> read(Path file) {
        var reader = new Documents();
        reader.file(file.toAbsolutePath().normalize());
        if (!reader.problems.isEmpty()) {
            throw new ConfigurationProblems(reader.problems);
        }
        return List.copyOf(reader.documents);
    }

    private void file(Path file) {
        if (!read.add(file)) {
            return;
        }
        try {
            if (read.size() > MAX_FILES || Files.size(file) > MAX_FILE) {
                problems.add(
                        new Problem(
                                file.toString(),
                                1,
                                1,
                                "more than "
                                        + MAX_FILES
                                        + " files, or one of more than "
                                        + MAX_FILE
                                        + " bytes"));
                return;
            }
            var settings =
                    LoadSettings.builder()
                            .setLabel(file.toString())
                            .setUseMarks(true)
                            .setAllowDuplicateKeys(true) // told by the binder, with the place
                            .setMaxAliasesForCollections(0)
                            .build();
            var text = Files.readString(file);
            if (deep(file, new Parse(settings).parseString(text))) {
                return;
            }
            for (var root : new Compose(settings).composeAllFromString(text)) {
                document(file, root);
            }
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark();
            problems.add(
                    new Problem(
                            file.toString(),
                            mark.map(at -> at.getLine() + 1).orElse(1),
                            mark.map(at -> at.getColumn() + 1).orElse(1),
                            "this is no YAML: " + e.getProblem()));
        } catch (YamlEngineException e) {
            problems.add(new Problem(file.toString(), 1, 1, "this is no YAML: " + e.getMessage()));
        } catch (IOException e) {
            problems.add(
                    new Problem(
                            file.toString(),
                            1,
                            1,
                            "cannot be read: " + e.getClass().getSimpleName()));
        }
    }

    /// Whoever reads nodes does it by recursion, which has an end.
    private boolean deep(Path file, Iterable<Event> events) {
        int depth = 0;
        for (var event : events) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {
                    // neither opens nor closes anything
                }
            }
            if (depth > MAX_DEPTH) {
                var mark = event.getStartMark();
                problems.add(
                        new Problem(
                                file.toString(),
                                mark.map(at -> at.getLine() + 1).orElse(1),
                                mark.map(at -> at.getColumn() + 1).orElse(1),
                                "more than " + MAX_DEPTH + " maps and lists inside each other"));
                return true;
            }
        }
        return false;
    }

    private void document(Path file, Node root) {
        if (!(root instanceof MappingNode map)) {
            problems.add(
                    new Document(
                                    file,
                                    "",
                                    new MappingNode(root.getTag(), List.of(), FlowStyle.BLOCK))
                            .at(root, "a document is a map of keys"));
            return;
        }
        var kind = "";
        for (var entry : map.getValue()) {
            var key = Document.scalar(entry.getKeyNode());
            if (key.equals("kind")) {
                kind = Document.scalar(entry.getValueNode());
            } else if (key.equals("include")
                    && entry.getValueNode() instanceof SequenceNode globs) {
                globs.getValue().forEach(glob -> include(file, Document.scalar(glob)));
            }
        }
        documents.add(new Document(file, kind, map));
    }

    private void include(Path file, String glob) {
        var base = file.getParent();
        if (base == null) {
            return;
        }
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + base.resolve(glob));
        } catch (IllegalArgumentException e) {
            problems.add(
                    new Problem(
                            file.toString(),
                            1,
                            1,
                            "include `" + glob + "` is no pattern of paths"));
            return;
        }
        try (var files = Files.walk(base, 4)) {
            files.filter(Files::isRegularFile)
                    .filter(matcher::matches)
                    .sorted()
                    .forEach(this::file);
        } catch (IOException | UncheckedIOException e) {
            problems.add(
                    new Problem(
                            file.toString(),
                            1,
                            1,
                            "include "
                                    + glob
                                    + " cannot be read: "
                                    + e.getClass().getSimpleName()));
        }
    }
}
