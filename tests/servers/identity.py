"""An endpoint that gives this machine an identity, as a managed identity on App Service has one.

Rule: the protocol is the one that azure-identity's ``ManagedIdentityCredential`` speaks (``IDENTITY_ENDPOINT`` and
``IDENTITY_HEADER``), so that ``DefaultAzureCredential`` is used unchanged and reaches nothing but this machine. The
tokens are unsigned: only an emulator believes them.
https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
"""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.servers.ports import HOST

TENANT: Final = "ab1f708d-50f6-404c-a006-d71b2ac7a606"
STORAGE: Final = "https://storage.azure.com"
"""Who a token for Azure Storage is made out to."""
HEADER: Final = "header-of-the-tests"
LIFE: Final = 86_400


def unsigned_token(audience: str = STORAGE, *, life: float = LIFE, **claims: object) -> str:
    """A token with the claims of Microsoft Entra ID that Azurite reads; a negative life is one that has ended."""
    now = int(time.time())
    body = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": now - 2 * LIFE,
        "nbf": now - 2 * LIFE,
        "exp": now + int(life),
        "oid": "00000000-0000-0000-0000-00000000000a",
        "sub": "tests",
        "tid": TENANT,
        "ver": "1.0",
        **claims,
    }

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(body)}."


class ManagedIdentity:
    """The endpoint, until the context is left.

    Attributes:
        asked: paths of the requests, the latest last.
        fail_with: an HTTP status to answer everything with; None to give tokens.
        life: of the tokens, seconds.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fail_with: int | None = None
        self.life: float = LIFE
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                endpoint.asked.append(self.path)
                status, answer = endpoint.answer(self.path, self.headers.get("X-IDENTITY-HEADER"))
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the overridden method's word)
                """Say nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def variables(self) -> dict[str, str]:
        """What a machine with such an identity has in its environment."""
        url = f"http://{HOST}:{self._server.server_address[1]}/msi/token"
        return {"IDENTITY_ENDPOINT": url, "IDENTITY_HEADER": HEADER}

    def answer(self, path: str, header: str | None) -> tuple[int, dict[str, str]]:
        """Status and body for a request."""
        if header != HEADER:
            return 401, {"error": "unauthorized_client"}
        if self.fail_with is not None:
            return self.fail_with, {"error": "server_error"}
        audience = parse_qs(urlsplit(path).query).get("resource", [STORAGE])[0]
        return 200, {
            "access_token": unsigned_token(audience.rstrip("/"), life=self.life),
            "expires_on": str(int(time.time() + self.life)),
            "resource": audience,
            "token_type": "Bearer",
        }

    def __enter__(self) -> ManagedIdentity:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
