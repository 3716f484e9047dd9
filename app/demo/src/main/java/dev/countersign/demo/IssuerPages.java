package dev.countersign.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/// The issuer's few pages. No scripts; whatever came from outside is escaped, everywhere.
final class IssuerPages {
    private static final String STYLE =
            """
            body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:0 auto;padding:1rem}
            .banner{background:#b00020;color:#fff;font-weight:700;padding:.75rem 1rem}
            button{font:inherit;display:block;width:100%;margin:.5rem 0;padding:.6rem;text-align:left}
            input{font:inherit;padding:.4rem;letter-spacing:.1em}
            """;

    /// Of the style, for the Content-Security-Policy: no other is used.
    static final String STYLE_HASH = sha256(STYLE);

    private IssuerPages() {}

    /// One button for each person; the request goes along in hidden fields and is checked again.
    static String signIn(Map<String, String> request) {
        var fields = new StringBuilder();
        request.forEach((name, value) ->
                fields.append("<input type=\"hidden\" name=\"")
                        .append(escaped(name))
                        .append("\" value=\"")
                        .append(escaped(value))
                        .append("\">\n"));
        return page(
                "Who are you?",
                "<p>The client <b>"
                        + escaped(request.getOrDefault("client_id", ""))
                        + "</b> wants to know.</p>\n<form method=\"post\" action=\"/authorize\">\n"
                        + fields
                        + people()
                        + "</form>\n");
    }

    /// @param userCode as it came with the address; shown for comparison
    static String device(String userCode) {
        return page(
                "Sign in a device",
                "<p>Only go on if you started this sign-in yourself, and the code is the one that"
                        + " you see there.</p>\n<form method=\"post\" action=\"/device\">\n"
                        + "<p><label>Code <input name=\"user_code\" autocomplete=\"off\" value=\""
                        + escaped(userCode)
                        + "\"></label></p>\n"
                        + people()
                        + "<button name=\"deny\" value=\"1\">this was not me</button>\n</form>\n");
    }

    static String told(String title, String sentence) {
        return page(title, "<p>" + escaped(sentence) + "</p>\n");
    }

    private static String people() {
        var out = new StringBuilder();
        for (var name : IssuerPeople.names()) {
            out.append("<button name=\"person\" value=\"")
                    .append(escaped(name))
                    .append("\">")
                    .append(escaped(name))
                    .append(", ")
                    .append(escaped(String.join(", ", IssuerPeople.groups(name))))
                    .append("</button>\n");
        }
        return out.toString();
    }

    private static String page(String title, String body) {
        return "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>"
                + escaped(title)
                + "</title><style>"
                + STYLE
                + "</style></head>\n<body>\n<p class=\"banner\">DEMO ISSUER: never trust it</p>\n"
                + "<h1>"
                + escaped(title)
                + "</h1>\n"
                + body
                + "</body>\n</html>\n";
    }

    /// For text and for values in double quotes.
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return Base64.getEncoder()
                    .encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
