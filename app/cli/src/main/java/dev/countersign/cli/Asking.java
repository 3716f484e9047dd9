package dev.countersign.cli;

import java.io.IOException;

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

    static int failed(ApiClient.Refused why) {
        System.err.println(
                "countersign: "
                        + Shown.of(String.valueOf(why.getMessage()))
                        + " ("
                        + Shown.of(why.code())
                        + ")");
        if (why.exitCode() == Countersign.NOT_SIGNED_IN) {
            System.err.println("countersign: sign in again: countersign login");
        }
        return why.exitCode();
    }
}
