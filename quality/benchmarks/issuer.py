"""An OIDC issuer for loopback, just enough for a benchmark: discovery, one RSA key, tokens signed by openssl."""

import base64
import http.server
import json
import subprocess
import threading
import time


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    def __init__(self, directory):
        self.key = directory / "issuer.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)
        modulus = subprocess.run(
            ["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True, capture_output=True, text=True
        ).stdout.strip().split("=")[1]
        jwks = {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "bench", "e": "AQAB",
                          "n": b64(bytes.fromhex(modulus))}]}
        issuer = self

        class Pages(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                pages = {
                    "/.well-known/openid-configuration": {
                        "issuer": issuer.url, "jwks_uri": issuer.url + "/jwks",
                        "authorization_endpoint": issuer.url + "/authorize", "token_endpoint": issuer.url + "/token",
                        "response_types_supported": ["code"], "subject_types_supported": ["public"],
                        "id_token_signing_alg_values_supported": ["RS256"]},
                    "/jwks": jwks,
                }
                page = pages.get(self.path)
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(page or {}).encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, audience="countersign", minutes=59):
        now = int(time.time())
        head = b64(json.dumps({"alg": "RS256", "kid": "bench", "typ": "at+jwt"}).encode())
        body = b64(json.dumps({
            "iss": self.url, "aud": audience, "sub": "ann", "act": {"sub": "eve"}, "client_id": "bench",
            "iat": now, "nbf": now, "exp": now + 60 * minutes, "jti": str(now)}).encode())
        signed = f"{head}.{body}"
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self.key], input=signed.encode(), check=True, capture_output=True
        ).stdout
        return f"{signed}.{b64(signature)}"

    def close(self):
        self.server.shutdown()
