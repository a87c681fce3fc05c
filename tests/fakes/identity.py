"""Identity providers on 127.0.0.1: OpenID Connect (discovery to JWKS, PKCE) and DingTalk's OAuth."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "steward", "s3cret-of-the-client"


@dataclass
class Provider:
    """What the provider knows: the person at its login page, and the codes it gave out.

    `refuses` makes the person press cancel; `forges` signs id tokens with a foreign key.
    """

    claims: dict
    url: str = ""
    refuses: bool = False
    forges: bool = False
    codes: dict = field(default_factory=dict)
    tokens: set = field(default_factory=set)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def discovery(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, query: dict) -> str:
        """The address to return to, with a code or the error of a person who cancelled."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        back = {"state": query["state"]}
        if self.refuses:
            return f"{query['redirect_uri']}?{urlencode(back | {'error': 'access_denied'})}"
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode(back | {'code': code, 'authCode': code})}"

    def exchange(self, form: dict) -> dict | None:
        """OpenID's token answer; None when code, client or PKCE verifier are wrong."""
        asked = self.codes.pop(form.get("code", ""), None)
        known = form.get("client_id") == CLIENT and form.get("client_secret") == SECRET
        if asked is None or not known or not _pkce(asked, form):
            return None
        signer = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = int(time.time())
        body = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        token = jwt.encode(
            body, signer if self.forges else self.key, "RS256", headers={"kid": "one"}
        )
        return {"access_token": self._token(), "token_type": "Bearer", "id_token": token}

    def exchange_dingtalk(self, form: dict) -> dict | None:
        """DingTalk's own spelling of the same step."""
        asked = self.codes.pop(form.get("code", ""), None)
        known = form.get("clientId") == CLIENT and form.get("clientSecret") == SECRET
        if asked is None or not known:
            return None
        return {"accessToken": self._token(), "refreshToken": "r", "expireIn": 7200}

    def _token(self) -> str:
        token = secrets.token_urlsafe(8)
        self.tokens.add(token)
        return token


def _pkce(asked: dict, form: dict) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        pages = {
            "/.well-known/openid-configuration": self.provider.discovery,
            "/jwks": self.provider.jwks,
            "/userinfo": self._person,
            "/me": self._person,
        }
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.end_headers()
            return
        self._answer(pages[parts.path]())

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/dingtalk-token":
            self._answer(self.provider.exchange_dingtalk(json.loads(text)))
            return
        form = {key: values[0] for key, values in parse_qs(text).items()}
        self._answer(self.provider.exchange(form))

    def _person(self) -> dict | None:
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        token = self.headers.get("x-acs-dingtalk-access-token", bearer)
        return self.provider.claims if token in self.provider.tokens else None

    def _answer(self, body: dict | None) -> None:
        content = json.dumps(body or {"error": "invalid"}).encode()
        self.send_response(401 if body is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def identity_provider(claims: dict):
    """A provider at whose login page the person with these claims sits; yields it with its url."""
    provider = Provider(claims)
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
