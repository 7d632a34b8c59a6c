"""Endpoints on this machine that give tokens as the clouds' do, so that their real clients are used unchanged."""

from __future__ import annotations

import base64
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LIFE = 3600


def unsigned_jwt(**claims: object) -> str:
    """A token that anybody can read and nobody should believe."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


class TokenEndpoint:
    """One server for all three clouds.

    Attributes:
        paths: what was asked for.
        fail_with: an HTTP status to answer everything with; None to answer.
        given: the tokens that were given, the latest last.
    """

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.fail_with: int | None = None
        self.given: list[str] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._answer()

            def _answer(self) -> None:
                endpoint.paths.append(self.path)
                status = endpoint.fail_with or 200
                body = json.dumps(endpoint.body(self.path) if status == 200 else {"error": "no"}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the overridden method's word
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def body(self, path: str) -> dict[str, object]:
        """What is answered to whom."""
        number = len(self.given) + 1
        if path.startswith("/azure"):  # the protocol of App Service's managed identities
            token = unsigned_jwt(oid="object-id", number=number)
            self.given.append(token)
            return {"access_token": token, "expires_on": str(int(time.time()) + LIFE), "token_type": "Bearer"}
        if path.startswith("/aws"):  # the protocol of ECS containers
            ends = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
            return {"AccessKeyId": "AKEXAMPLE", "SecretAccessKey": "secret", "Token": "session", "Expiration": ends}
        token = f"google-{number}"
        if path.startswith("/role"):
            self.given.append(token)
            ends = (datetime.now(UTC) + timedelta(seconds=LIFE)).strftime("%Y-%m-%dT%H:%M:%SZ")
            return {"accessToken": token, "expireTime": ends}
        return {"access_token": "source", "expires_in": LIFE, "token_type": "Bearer"}

    def __enter__(self) -> TokenEndpoint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
