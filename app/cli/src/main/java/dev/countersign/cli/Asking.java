package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/// How commands over the control API run, and how they end.
final class Asking {
    private Asking() {}

    /// What is done with a connection of somebody who is signed in.
    interface Work {
        int run(ApiClient api) throws IOException, InterruptedException, ApiClient.Refused;
    }

    static int with(Connection connection, Work work) throws IOException, InterruptedException {
        try (var api = connection.signedIn()) {
            return work.run(api);
        } catch (ApiClient.Refused e) {
            return failed(e);
        } catch (Connection.NotSignedIn e) {
            System.err.println("countersign: " + e.getMessage());
            return Countersign.NOT_SIGNED_IN;
        }
    }

    /// Prints a list that the API has: a line each, or the objects.
    ///
    /// @param name of the list in the answer
    static int list(
            Connection connection,
            String path,
            String name,
            boolean json,
            Function<Json.Obj, String> line)
            throws IOException, InterruptedException {
        return with(
                connection,
                api -> {
                    var all = items(api.get(path), name);
                    if (json) {
                        System.out.println(Json.list(all, one -> one).text());
                    } else {
                        all.forEach(one -> System.out.println(line.apply(one)));
                    }
                    return 0;
                });
    }

    /// The objects of a list; none where there is no list of that name.
    static List<Json.Obj> items(Json.Obj answer, String name) {
        return answer.get(name).orElse(answer) instanceof Json.Arr(var items)
                ? items.stream()
                        .filter(Json.Obj.class::isInstance)
                        .map(Json.Obj.class::cast)
                        .toList()
                : List.of();
    }

    static int failed(ApiClient.Refused why) {
        System.err.println(
                "countersign: "
                        + Shown.of(String.valueOf(why.getMessage()))
                        + " ("
                        + Shown.of(why.code())
                        + ")");
        why.problems().forEach(line -> System.err.println("  " + Shown.of(line)));
        if (why.exitCode() == Countersign.NOT_SIGNED_IN) {
            System.err.println("countersign: sign in again: countersign login");
        }
        return why.exitCode();
    }
}
