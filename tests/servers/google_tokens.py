"""An endpoint on this machine that gives service accounts their tokens, so that google-auth is used unchanged.

Rule: an assertion must be signed by the key that was made here, be for this endpoint and be no older than it says:
what is refused here, Google would refuse.
"""

from __future__ import annotations

import json
import threading
import time
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from google.auth import jwt

from tests.servers.ports import HOST
from tests.servers.waiting import PATIENCE

AUDIENCE: Final = "https://oauth2.googleapis.com/token"
"""Whom assertions are for, wherever they are sent."""
EMAIL: Final = "cache@example.iam.gserviceaccount.com"


class ServiceAccount:
    """A service account of nobody's, with a key of its own."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def private_pem(self) -> str:
        """The private key."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @cached_property
    def public_pem(self) -> str:
        """The public key."""
        return (
            self._key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    def info(self, token_uri: str) -> dict[str, str]:
        """What stands in its key file."""
        return {
            "type": "service_account",
            "project_id": "example",
            "private_key_id": "1",
            "private_key": self.private_pem,
            "client_email": EMAIL,
            "client_id": "1",
            "token_uri": token_uri,
        }

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature is this account's."""
        try:
            self._key.public_key().verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except Exception:  # noqa: BLE001 - whatever is wrong with it
            return False
        return True


class TokenEndpoint:
    """Gives tokens for assertions of one account.

    Attributes:
        given: the tokens that were given, the latest last.
        asked: how often one was asked for.
        refuse_with: status and OAuth's word for the reason; None to give.
        life: seconds for which tokens are given.
    """

    def __init__(self, account: ServiceAccount) -> None:
        self.given: list[str] = []
        self.asked = 0
        self.refuse_with: tuple[int, str] | None = None
        self.life = 3600
        self.answering = threading.Event()
        self.answering.set()
        self._account = account
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                endpoint.asked += 1
                endpoint.answering.wait(PATIENCE)
                status, told = endpoint._told(form)
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the standard library's)
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """Leave alone a client that went away."""

        self._server = Server((HOST, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self._server.server_address[1]}/token"

    @property
    def info(self) -> dict[str, str]:
        """The account's key file, whose tokens come from here."""
        return self._account.info(self.url)

    def _told(self, form: dict[str, list[str]]) -> tuple[int, dict[str, object]]:
        if self.refuse_with is not None:
            status, word = self.refuse_with
            return status, {"error": word, "error_description": "as the test asked"}
        try:
            jwt.decode(form["assertion"][0], certs=self._account.public_pem, audience=AUDIENCE)
        except (ValueError, KeyError):
            return 400, {"error": "invalid_grant"}
        token = f"token-{len(self.given)}-{time.monotonic_ns()}"
        self.given.append(token)
        return 200, {"access_token": token, "expires_in": self.life, "token_type": "Bearer"}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.answering.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)
