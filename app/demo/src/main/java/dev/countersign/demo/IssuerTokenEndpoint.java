package dev.countersign.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The token endpoint (RFC 6749, 3.2). No client has a secret and no person a password: what a
/// token says is what was asked for.
final class IssuerTokenEndpoint {
    static final String CODE = "authorization_code";
    static final String DEVICE = "urn:ietf:params:oauth:grant-type:device_code";
    static final String CLIENT = "client_credentials";
    static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// The `subject_token` is a person's name.
    static final String PERSON = "urn:countersign:demo:person";

    static final List<String> GRANTS = List.of(CODE, DEVICE, CLIENT, EXCHANGE);

    private final IssuerTokens tokens;
    private final IssuerAuthorize authorize;
    private final IssuerDevices devices;

    IssuerTokenEndpoint(IssuerTokens tokens, IssuerAuthorize authorize, IssuerDevices devices) {
        this.tokens = tokens;
        this.authorize = authorize;
        this.devices = devices;
    }

    /// @throws IssuerError with a code of RFC 6749, 5.2, or of the grant's own RFC
    IssuerReply answer(IssuerForm request) throws IssuerError {
        var grant = request.get("grant_type");
        if (grant.isEmpty()) {
            throw IssuerError.of("invalid_request", "`grant_type` is missing");
        }
        if (!GRANTS.contains(grant)) {
            throw IssuerError.of("unsupported_grant_type", "this `grant_type` is not served");
        }
        if (!IssuerPeople.isClient(request.get("client_id"))) {
            throw IssuerError.of("invalid_client", "there is no such client");
        }
        return switch (grant) {
            case CODE -> {
                only(IssuerPeople.CLI, request);
                var granted = authorize.redeem(request);
                yield person(granted.who(), granted.openid(), granted.nonce());
            }
            case DEVICE -> {
                only(IssuerPeople.CLI, request);
                var granted = devices.redeem(request);
                yield person(granted.who(), granted.openid(), "");
            }
            case CLIENT -> {
                only(IssuerPeople.NIGHTLY, request);
                yield bearer(tokens.service(IssuerPeople.NIGHTLY), Map.of());
            }
            default -> exchange(request);
        };
    }

    /// RFC 8693, with a person's name for a subject token.
    private IssuerReply exchange(IssuerForm request) throws IssuerError {
        only(IssuerPeople.EVE, request);
        if (!request.get("subject_token_type").equals(PERSON)
                || !IssuerPeople.isPerson(request.get("subject_token"))) {
            throw IssuerError.of(
                    "invalid_request",
                    "`subject_token` must be a person's name, of type " + PERSON);
        }
        return bearer(
                tokens.delegated(IssuerPeople.EVE, request.get("subject_token")),
                Map.of("issued_token_type", "urn:ietf:params:oauth:token-type:access_token"));
    }

    private static void only(String client, IssuerForm request) throws IssuerError {
        if (!request.get("client_id").equals(client)) {
            throw IssuerError.of("unauthorized_client", "this client may not use this grant");
        }
    }

    private IssuerReply person(IssuerTokens.SignIn who, boolean openid, String nonce) {
        return bearer(
                tokens.reviewer(who),
                openid ? Map.of("id_token", tokens.id(who, nonce), "scope", "openid") : Map.of());
    }

    private static IssuerReply bearer(String token, Map<String, Object> more) {
        var content = new HashMap<>(more);
        content.put("access_token", token);
        content.put("token_type", "Bearer");
        content.put("expires_in", IssuerTokens.LIFETIME.toSeconds());
        return new IssuerReply.Json(200, content);
    }
}
