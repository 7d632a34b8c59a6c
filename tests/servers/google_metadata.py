"""A metadata server on this machine, as machines and pods of Google's have one: it gives their account's tokens.

Rule: it speaks the protocol of https://cloud.google.com/compute/docs/metadata, as far as google-auth asks for it.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from tests.servers.ports import HOST
from tests.servers.waiting import PATIENCE

FLAVOR: Final = ("Metadata-Flavor", "Google")
_ROOT: Final = "/computeMetadata/v1/"


class MetadataServer:
    """Gives tokens to whoever asks.

    Attributes:
        given: the tokens that were given, the latest last.
        answering: cleared while it is silent.
    """

    def __init__(self) -> None:
        self.given: list[str] = []
        self.answering = threading.Event()
        self.answering.set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answering.wait(PATIENCE)
                told = server._told(urlsplit(self.path).path)
                body = (told if isinstance(told, str) else json.dumps(told)).encode()
                self.send_response(404 if told is None else 200)
                self.send_header(*FLAVOR)
                self.send_header("Content-Type", "application/text" if isinstance(told, str) else "application/json")
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
    def address(self) -> str:
        """Where it listens: what ``GCE_METADATA_HOST`` and ``GCE_METADATA_IP`` would say."""
        return f"{HOST}:{self._server.server_address[1]}"

    def _told(self, path: str) -> object:
        account = "instance/service-accounts/default"
        answers: dict[str, object] = {
            "/": "computeMetadata/",
            f"{_ROOT}project/project-id": "example",
            f"{_ROOT}universe/universe-domain": "googleapis.com",
            f"{_ROOT}{account}/": {"email": "pod@example.iam.gserviceaccount.com", "scopes": [], "aliases": []},
        }
        if path == f"{_ROOT}{account}/token":
            self.given.append(f"machine-{len(self.given)}")
            return {"access_token": self.given[-1], "expires_in": 3600, "token_type": "Bearer"}
        return answers.get(path)

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
