package dev.countersign.bellwebhook;

import java.net.URI;

/// One `kind: Channel` document: who is told of reviews.
///
/// ```yaml
/// kind: Channel
/// name: ops
/// webhook: {url: "https://hooks.example/countersign", secret: "file:/run/secrets/hook"}
/// ```
///
/// @param name as panels call it
/// @param webhook where to, by the signature of Standard Webhooks
public record Channel(String name, Webhook webhook) {

    /// @param url https, or http on loopback
    /// @param secret a reference, never the secret; `whsec_` and base64, or any text
    public record Webhook(String url, String secret) {
        public Webhook {
            var uri = URI.create(url);
            boolean loopback =
                    "127.0.0.1".equals(uri.getHost()) || "localhost".equals(uri.getHost());
            if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && loopback)) {
                throw new IllegalArgumentException("`url` is https, or http on loopback");
            }
            if (uri.getUserInfo() != null) {
                throw new IllegalArgumentException("`url` holds no password; that is `secret`");
            }
        }
    }

    public Channel {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a channel has a `name`");
        }
    }
}
