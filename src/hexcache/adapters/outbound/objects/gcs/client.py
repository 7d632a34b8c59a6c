"""The client of a bucket: made when it is first needed, with connections of its own.

Rule: one client a process, made once whoever asks, and anew in a forked child, whose connections are not its parent's.
A client that was handed in is used as it is, and never closed.
"""

from __future__ import annotations

import os
from typing import Any, Final

import requests
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud.storage import Client
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from hexcache.adapters.outbound.objects.gcs.credentials import can_sign, credentials_of
from hexcache.adapters.outbound.objects.gcs.errand import Errand
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.gcs.tokens import BoundedRequest, KeptCredentials

REFUSED_TOKENS: Final = 1
"""How often another token is asked for when one is refused, as its owner may have withdrawn it."""


class GcsClient:
    """Holds a ``google.cloud.storage.Client``.

    Args:
        settings: as whom, where, how patiently.
        client: one to use instead; stays open.
    """

    def __init__(self, settings: GcsBucketSettings, client: Any = None) -> None:
        self._settings = settings
        self._given = client
        self._process = _Process(settings)

    def get(self) -> Any:
        """The client; the first call in a process may read the machine's credentials.

        Raises:
            StoreTimeout: the machine's credentials were not found in time.
            Unauthenticated: there are no credentials.
        """
        return self._ready().client if self._given is None else self._given

    def signer(self) -> Credentials | None:
        """Credentials that can sign; None if those at hand cannot. As :meth:`get` else."""
        found = self._ready().source if self._given is None else getattr(self._given, "_credentials", None)
        return found if can_sign(found) else None

    def close(self) -> None:
        """Close the connections; who asks after that gets new ones."""
        process, self._process = self._process, _Process(self._settings)
        if process.number == os.getpid() and process.made is not None:
            process.made.close()

    def _ready(self) -> _Made:
        process = self._process
        if process.number != os.getpid():
            process = self._process = _Process(self._settings)
        return process.made or process.making.done(self._settings.token_timeout)


class _Process:
    """What one process has of a client."""

    def __init__(self, settings: GcsBucketSettings) -> None:
        self.number = os.getpid()
        self.made: _Made | None = None
        self.making = Errand(self._make, "credentials")
        self._settings = settings

    def _make(self) -> _Made:
        if self.made is None:  # nobody else is at it
            self.made = _Made(self._settings)
        return self.made


class _Made:
    """A client and what belongs to it."""

    def __init__(self, settings: GcsBucketSettings) -> None:
        self.source = credentials_of(settings)
        self._for_tokens = requests.Session()
        asking = BoundedRequest(Request(self._for_tokens), settings.token_timeout)
        kept = self.source
        if not isinstance(self.source, AnonymousCredentials):
            kept = KeptCredentials(self.source, asking, wait=settings.token_timeout)
        self._session = AuthorizedSession(kept, max_refresh_attempts=REFUSED_TOKENS, auth_request=asking)
        adapter = HTTPAdapter(pool_connections=4, pool_maxsize=settings.connection.connections, max_retries=0)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)
        self.client: Any = Client(
            project=settings.project,
            credentials=kept,
            _http=self._session,
            client_options={"api_endpoint": settings.api_endpoint} if settings.api_endpoint else None,
        )
        _settle(self._session, str(self.client.api_endpoint))
        # Its cache of the buckets' metadata, for traces, asks for them in threads of its own, with retries of its own.
        self.client._bucket_metadata_cache = None  # noqa: SLF001 - there is no public way

    def close(self) -> None:
        self._session.close()
        self._for_tokens.close()


def _settle(session: AuthorizedSession, url: str) -> None:
    """Read once what requests would read from the environment at every request: proxies, and whom to trust.

    It costs a fifth of a request's CPU time. The user's ``.netrc`` is not read: what it says of a host would replace
    our token.
    """
    session.proxies = get_environ_proxies(url)
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.trust_env = False
