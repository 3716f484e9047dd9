package dev.countersign.demo;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The authorization endpoint (RFC 6749, 4.1; OpenID Connect Core 3.1.2), with PKCE by S256 and
/// nothing else (RFC 7636), for the one public client, which listens on loopback (RFC 8252, 7.3).
///
/// Nobody stays signed in: each request asks again, so that every `max_age` is honoured and
/// `auth_time` is when the button was pressed.
///
/// A request with an unknown client or another redirect address is answered here and leads nowhere;
/// all others are answered to the client.
final class IssuerAuthorize {
    /// How long a code may be exchanged, and how many may be open.
    static final Duration CODE_LIFE = Duration.ofSeconds(60);

    static final int MAX_CODES = 500;

    private static final Pattern REDIRECT =
            Pattern.compile(
                    "(?<origin>http://(?:127\\.0\\.0\\.1|localhost|\\[::1])"
                            + ":(?<port>[1-9][0-9]{0,4}))/[A-Za-z0-9._~/-]{0,200}");

    /// What is passed through the page.
    private static final List<String> PARAMETERS =
            List.of(
                    "response_type",
                    "client_id",
                    "redirect_uri",
                    "scope",
                    "state",
                    "nonce",
                    "code_challenge",
                    "code_challenge_method",
                    "max_age");

    private final String issuer;
    private final Clock clock;
    private final Expiring<Granted> codes;

    /// What a code stands for.
    ///
    /// @param nonce empty if the client sent none
    /// @param openid whether an ID token was asked for
    record Granted(
            String redirect,
            String challenge,
            String nonce,
            boolean openid,
            IssuerTokens.SignIn who) {}

    IssuerAuthorize(String issuer, Clock clock) {
        this.issuer = issuer;
        this.clock = clock;
        this.codes = new Expiring<>(MAX_CODES, CODE_LIFE, clock);
    }

    /// The page on which somebody says who they are.
    IssuerReply ask(IssuerForm request) throws IssuerError {
        var origin = checkClient(request);
        try {
            check(request);
        } catch (IssuerError e) {
            return back(request, Map.of("error", e.code(), "error_description", e.told()));
        }
        var passed = new LinkedHashMap<String, String>();
        PARAMETERS.stream()
                .filter(request::has)
                .forEach(name -> passed.put(name, request.get(name)));
        return new IssuerReply.Page(200, IssuerPages.signIn(passed), origin);
    }

    /// Somebody pressed their button: back to the client, with a code.
    IssuerReply answer(IssuerForm request) throws IssuerError {
        checkClient(request);
        try {
            check(request);
            var person = request.get("person");
            if (!IssuerPeople.isPerson(person)) {
                throw IssuerError.of("access_denied", "nobody of that name lives here");
            }
            var code = IssuerWords.secret();
            codes.put(
                    code,
                    new Granted(
                            request.get("redirect_uri"),
                            request.get("code_challenge"),
                            request.get("nonce"),
                            openid(request),
                            new IssuerTokens.SignIn(person, clock.instant())));
            return back(request, Map.of("code", code));
        } catch (IssuerError e) {
            return back(request, Map.of("error", e.code(), "error_description", e.told()));
        }
    }

    /// What a code was given for. Whatever comes of it, the code is used up.
    ///
    /// @throws IssuerError `invalid_grant` if code, verifier and address do not belong together
    Granted redeem(IssuerForm request) throws IssuerError {
        var granted =
                codes.take(request.get("code"))
                        .orElseThrow(() ->
                                IssuerError.of(
                                        "invalid_grant",
                                        "the code is unknown, used, or older than 60 seconds"));
        if (!granted.redirect().equals(request.get("redirect_uri"))) {
            throw IssuerError.of("invalid_grant", "`redirect_uri` is not the one of the sign-in");
        }
        var verifier = request.get("code_verifier");
        if (!verifier.matches("[A-Za-z0-9._~-]{43,128}")
                || !IssuerWords.same(IssuerWords.challenge(verifier), granted.challenge())) {
            throw IssuerError.of(
                    "invalid_grant", "`code_verifier` does not fit the `code_challenge`");
        }
        return granted;
    }

    static boolean openid(IssuerForm request) {
        return List.of(request.get("scope").split(" ", -1)).contains("openid");
    }

    /// @return the origin that the client listens at, as a Content-Security-Policy names it
    private static String checkClient(IssuerForm request) throws IssuerError {
        if (!request.get("client_id").equals(IssuerPeople.CLI)) {
            throw IssuerError.of("invalid_client", "no such client signs people in here");
        }
        var redirect = REDIRECT.matcher(request.get("redirect_uri"));
        if (!redirect.matches() || Integer.parseInt(redirect.group("port")) > 65_535) {
            throw IssuerError.of(
                    "invalid_request",
                    "`redirect_uri` must be http://127.0.0.1:PORT/… or the same with localhost or"
                            + " [::1], without query and fragment");
        }
        // A policy cannot name an IPv6 address.
        var origin = redirect.group("origin");
        return origin.contains("[") ? "http:" : origin;
    }

    private static void check(IssuerForm request) throws IssuerError {
        if (!request.get("response_type").equals("code")) {
            throw IssuerError.of("unsupported_response_type", "`response_type` must be `code`");
        }
        if (request.has("response_mode") && !request.get("response_mode").equals("query")) {
            throw IssuerError.of("invalid_request", "`response_mode` must be `query`");
        }
        if (!request.get("code_challenge_method").equals("S256")
                || !request.get("code_challenge").matches("[A-Za-z0-9_-]{43}")) {
            throw IssuerError.of(
                    "invalid_request", "PKCE is required: `code_challenge` by the method `S256`");
        }
        if (request.has("max_age") && !request.get("max_age").matches("[0-9]{1,9}")) {
            throw IssuerError.of("invalid_request", "`max_age` is no number of seconds");
        }
        if (request.get("prompt").equals("none")) {
            throw IssuerError.of("login_required", "nobody stays signed in here");
        }
    }

    /// With the client's state, and with our name, so that answers of several issuers cannot be
    /// mixed up (RFC 9207).
    private IssuerReply back(IssuerForm request, Map<String, String> answer) {
        var all = new LinkedHashMap<>(answer);
        if (request.has("state")) {
            all.put("state", request.get("state"));
        }
        all.put("iss", issuer);
        return new IssuerReply.Redirect(request.get("redirect_uri") + "?" + IssuerForm.encode(all));
    }
}
