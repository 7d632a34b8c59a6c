"""A bucket of Google Cloud Storage. Tokens are generations: whole numbers that no write repeats.

Rule: one call, one request (a body of more than 8 MiB takes two, as the library writes it resumably; a token that is
refused is renewed once). What is read comes with the generation that it was read at, from the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from google.api_core.exceptions import from_http_response

from hexcache.adapters.outbound.objects.gcs.client import GcsClient
from hexcache.adapters.outbound.objects.gcs.errors import (
    LOST,
    NOT_FOUND,
    is_no_bucket,
    of_status,
    status_of,
    translated,
)
from hexcache.adapters.outbound.objects.gcs.labels import custom_time_of, label_in, metadata_of
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.sync.bucket import Method
from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from hexcache.domain.errors import StoreUnavailable, Unsupported

BATCH: Final = 100
"""Most deletes in one batch, https://cloud.google.com/storage/docs/batch."""
LONGEST_LINK: Final = 7 * 24 * 3600
"""Seconds for which a link can be good, by the rules of its signature."""
DONE: Final = frozenset({200, 204, NOT_FOUND})
"""Answers to a delete after which there is nothing."""
TYPE: Final = "application/octet-stream"
CACHE_CONTROL: Final = "private, no-cache, no-transform"
"""Whoever reads by a link may keep a copy and must ask before using it: a name's value changes."""
FIELDS: Final = "items(name,size,timeCreated,generation,metadata),nextPageToken"
"""All of a listing that is used."""


class GcsBucket:
    """A bucket, for threads.

    Args:
        settings: which one, as whom, how patiently.
        client: a ``google.cloud.storage.Client`` to use instead of one of our own; stays open.
    """

    def __init__(self, settings: GcsBucketSettings, client: Any = None) -> None:
        self._settings = settings
        self._client = GcsClient(settings, client)
        connection = settings.connection
        self._bounds: dict[str, Any] = {
            "timeout": (connection.connect_timeout, connection.read_timeout),
            "retry": None,  # the library's own goes on for two minutes
        }

    @property
    def page_names(self) -> int:
        """Most names that one ``remove_many`` takes."""
        return BATCH

    def read(self, name: str, /) -> ObjectRead | None:
        """Read a whole object and its generation."""
        try:
            blob = self._blob(name)
            body: bytes = blob.download_as_bytes(raw_download=True, **self._bounds)
            return ObjectRead(body, _generation(blob))
        except Exception as exc:
            if _is_absent(exc):
                return None
            raise translated(exc) from exc

    def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about an object without its body."""
        try:
            blob = self._blob(name)
            blob.reload(**self._bounds)
            return ObjectFacts(_generation(blob), label_in(blob.metadata), blob.size, blob.time_created.timestamp())
        except Exception as exc:
            if _is_absent(exc):
                return None
            raise translated(exc) from exc

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a whole object, if a condition on its generation holds; 0 stands for none."""
        wanted = None if condition is None else 0 if condition.token is None else int(condition.token)
        try:
            blob = self._blob(name)
            blob.metadata = metadata_of(label)
            blob.custom_time = custom_time_of(label)
            blob.cache_control = CACHE_CONTROL
            blob.upload_from_string(body, content_type=TYPE, if_generation_match=wanted, **self._bounds)
            return _generation(blob)
        except Exception as exc:
            if wanted is not None and (status_of(exc) in LOST or (wanted and _is_absent(exc))):
                return None
            raise translated(exc) from exc

    def remove(self, name: str, /) -> None:
        """Remove an object."""
        try:
            self._blob(name).delete(**self._bounds)
        except Exception as exc:
            if not _is_absent(exc):
                raise translated(exc) from exc

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove up to 100 objects in one batch."""
        if not names:
            return {}
        try:
            with self._client.get().batch(raise_exception=False) as batch:
                for name in names:
                    self._blob(name).delete(**self._bounds)
            answers = batch._responses  # noqa: SLF001 - the library tells single answers nowhere else
        except Exception as exc:
            raise translated(exc) from exc
        refused: dict[str, str] = {}
        for name, answer in zip(names, answers, strict=True):
            status = answer.status_code
            if status == NOT_FOUND and is_no_bucket(answer):
                raise of_status(status, answer) from from_http_response(answer)
            if status not in DONE:
                refused[name] = str(of_status(status, answer))
        return refused

    def pages(self, prefix: str, /) -> Iterator[Sequence[Listed]]:
        """List names in pages of up to 1000, with what was written beside the bodies."""
        try:
            listing = self._client.get().list_blobs(self._bucket(), prefix=prefix, fields=FIELDS, **self._bounds)
            for page in listing.pages:
                yield [_listed(blob) for blob in page]
        except Exception as exc:
            raise translated(exc) from exc

    def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a V4 link; no request."""
        if not 1 <= seconds <= LONGEST_LINK:
            raise Unsupported(f"gcs: a link for {seconds:g} s; accepted: 1 s to {LONGEST_LINK} s (7 days)")
        try:
            signer = self._client.signer()
            if signer is None:
                raise Unsupported(
                    "gcs: these credentials cannot sign links; accepted: the key of a service account, by "
                    "service_account_file, service_account_info or GOOGLE_APPLICATION_CREDENTIALS"
                )
            link: str = self._blob(name).generate_signed_url(
                version="v4", expiration=timedelta(seconds=int(seconds)), method=method, credentials=signer
            )
        except Unsupported:
            raise
        except Exception as exc:
            raise translated(exc) from exc
        return link

    def close(self) -> None:
        """Close the connections, unless the client was handed in."""
        self._client.close()

    def _bucket(self) -> Any:
        return self._client.get().bucket(self._settings.bucket, user_project=self._settings.project)

    def _blob(self, name: str) -> Any:
        return self._bucket().blob(name)


def _is_absent(exc: Exception) -> bool:
    """Whether there is no such object, in a bucket that exists."""
    return status_of(exc) == NOT_FOUND and not is_no_bucket(getattr(exc, "response", None))


def _generation(blob: Any) -> int:
    found = blob.generation
    if found is None:
        raise StoreUnavailable("gcs: an answer without a generation")
    return int(found)


def _listed(blob: Any) -> Listed:
    return Listed(blob.name, blob.size, blob.time_created.timestamp(), _generation(blob), label_in(blob.metadata))
