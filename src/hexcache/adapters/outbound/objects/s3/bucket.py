"""A bucket of S3, asked through boto3, which blocks.

Rule: it keeps :class:`hexcache.adapters.outbound.objects.sync.bucket.Bucket`: one call, one request; an absence is told
only where S3 tells it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NoReturn

from botocore.exceptions import ClientError

from hexcache.adapters.outbound.objects.refusals import Interrupted
from hexcache.adapters.outbound.objects.s3.client import make_client
from hexcache.adapters.outbound.objects.s3.errors import RAISED, is_lost, is_missing, shown_code, translated
from hexcache.adapters.outbound.objects.s3.labels import label_in, written_with
from hexcache.adapters.outbound.objects.s3.settings import S3BucketSettings
from hexcache.adapters.outbound.objects.sync.bucket import Method
from hexcache.adapters.outbound.objects.things import BucketToken, Condition, Label, Listed, ObjectFacts, ObjectRead
from hexcache.domain.errors import InvalidLifetime, StoreRejected
from hexcache.ports.clock import Clock

PAGE_NAMES: Final = 1000
LONGEST_LINK: Final = 7 * 86_400.0
"""Seconds that a signature of version 4 may be good for."""

_SIGNED: Final[Mapping[Method, str]] = {
    "GET": "get_object",
    "PUT": "put_object",
    "DELETE": "delete_object",
    "HEAD": "head_object",
}


class S3Bucket:
    """One bucket. Safe to use from several threads, and in a child after a fork.

    Args:
        settings: where it is, who asks, and how objects are kept.
        client: a client of boto3 to ask with in place of one made from the settings; the caller closes it, and sees
            that it neither retries nor waits longer than wanted.
        wall: wall time, for ages in headers.
    """

    def __init__(self, settings: S3BucketSettings, *, client: Any = None, wall: Clock = time.time) -> None:
        self._settings = settings
        self._given = client
        self._client: Any = client
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._wall = wall
        self._place = {"Bucket": settings.bucket}
        if settings.expected_owner is not None:
            self._place["ExpectedBucketOwner"] = settings.expected_owner
        self._kept = _kept(settings)

    @property
    def page_names(self) -> int:
        """Most names that one ``remove_many`` takes."""
        return PAGE_NAMES

    def read(self, name: str, /) -> ObjectRead | None:
        """Read a whole object; None when there is none. Needs ``s3:ListBucket``, or S3 calls an absence forbidden."""
        try:
            answer = self._asked().get_object(Key=name, **self._place)
            return ObjectRead(_whole(answer["Body"]), answer["ETag"])
        except ClientError as exc:
            if is_missing(exc):
                return None
            raise translated(exc) from exc
        except RAISED as exc:
            raise translated(exc) from exc
        except KeyError as exc:
            _refuse(exc)

    def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about an object without its body; None when there is none.

        An answer without a body does not tell a missing object from a missing bucket: one more request does.
        """
        try:
            answer = self._asked().head_object(Key=name, **self._place)
            return ObjectFacts(
                token=answer["ETag"],
                label=label_in(answer.get("Metadata", {})),
                size=answer["ContentLength"],
                changed_at=answer["LastModified"].timestamp(),
            )
        except ClientError as exc:
            if not is_missing(exc):
                raise translated(exc) from exc
            self._check_bucket()
            return None
        except RAISED as exc:
            raise translated(exc) from exc
        except KeyError as exc:
            _refuse(exc)

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a whole object; the token of it, or None when the condition did not hold."""
        told = written_with(label, self._wall())
        if condition is not None:
            told |= {"IfNoneMatch": "*"} if condition.token is None else {"IfMatch": condition.token}
        try:
            token: str = self._asked().put_object(Key=name, Body=body, **self._place, **self._kept, **told)["ETag"]
        except ClientError as exc:
            if condition is not None and (is_lost(exc) or is_missing(exc)):
                return None
            raise translated(exc) from exc
        except RAISED as exc:
            raise translated(exc) from exc
        except KeyError as exc:
            _refuse(exc)
        return token

    def remove(self, name: str, /) -> None:
        """Remove an object; nothing there is no error."""
        try:
            answer = self._asked().delete_object(Key=name, **self._place)["ResponseMetadata"]
            if answer["HTTPStatusCode"] != HTTPStatus.NO_CONTENT:
                answer["HTTPHeaders"]["x-amz-request-id"]  # or it is not S3 that answers
        except ClientError as exc:
            if not is_missing(exc):
                raise translated(exc) from exc
        except RAISED as exc:
            raise translated(exc) from exc
        except KeyError as exc:
            _refuse(exc)

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove at most ``page_names`` objects; name -> S3's code for those that were not."""
        if not names:
            return {}
        wanted = dict.fromkeys(names)
        try:
            answer = self._asked().delete_objects(Delete={"Objects": [{"Key": name} for name in wanted]}, **self._place)
        except RAISED as exc:
            raise translated(exc) from exc
        refused = {line.get("Key"): line.get("Code") for line in answer.get("Errors", ())}
        removed = {line.get("Key") for line in answer.get("Deleted", ())}
        return {
            name: shown_code(refused.get(name) or "not answered for")
            for name in wanted
            if name not in removed and refused.get(name) != "NoSuchKey"
        }

    def pages(self, prefix: str, /) -> Iterator[Sequence[Listed]]:
        """List the names that begin with ``prefix``, a request for each page."""
        more: dict[str, str] = {}
        while True:
            try:
                answer = self._asked().list_objects_v2(Prefix=prefix, **self._place, **more)
                lines = [
                    Listed(line["Key"], line["Size"], line["LastModified"].timestamp(), line.get("ETag"))
                    for line in answer.get("Contents", ())
                ]
                ended = not answer["IsTruncated"]  # not in what is no listing, which boto3 takes for an empty one
                following = "" if ended else answer["NextContinuationToken"]
            except RAISED as exc:
                raise translated(exc) from exc
            except KeyError as exc:
                _refuse(exc)
            yield lines
            if ended:
                return
            more = {"ContinuationToken": following}

    def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a link; it ends with the credentials that sign it, if they end before.

        Raises:
            InvalidLifetime: more than seven days, or less than a second.
        """
        if not 1 <= seconds <= LONGEST_LINK:
            raise InvalidLifetime(f"a link for {seconds:g} s; accepted: 1 to {LONGEST_LINK:g} s")
        try:
            link: str = self._asked().generate_presigned_url(
                _SIGNED[method],
                Params={"Bucket": self._settings.bucket, "Key": name},
                ExpiresIn=int(seconds),
                HttpMethod=method,
            )
        except RAISED as exc:
            raise translated(exc) from exc
        return link

    def close(self) -> None:
        """Release the client that was made here; a later call makes another."""
        if self._given is not None:
            return
        with self._lock:
            client, self._client = self._client, None
            if client is not None and self._pid == os.getpid():
                client.close()

    def _asked(self) -> Any:
        """The client."""
        if self._pid != os.getpid() and self._given is None:  # connections are the parent's
            self._pid, self._lock, self._client = os.getpid(), threading.Lock(), None
        return self._client or self._made()

    def _made(self) -> Any:
        with self._lock:
            if self._client is None:
                try:
                    self._client = make_client(self._settings)
                except ValueError as exc:  # of botocore, for an endpoint or a region
                    raise StoreRejected(f"s3: no client can be made ({type(exc).__name__})") from exc
            return self._client

    def _check_bucket(self) -> None:
        """Raise if the bucket is missing; where the right to ask for it is, an absence is believed."""
        try:
            self._asked().head_bucket(**self._place)
        except ClientError as exc:
            if is_missing(exc):
                exc.response["Error"]["Code"] = "NoSuchBucket"
                raise translated(exc) from exc
        except RAISED as exc:
            raise translated(exc) from exc


def _kept(settings: S3BucketSettings) -> dict[str, str]:
    """How objects are kept, as arguments of each write."""
    told = {
        "StorageClass": settings.storage_class,
        "ServerSideEncryption": settings.encryption,
        "SSEKMSKeyId": settings.kms_key,
    }
    return {name: value for name, value in told.items() if value is not None}


def _whole(body: Any) -> bytes:
    """All of a body; a connection that it could not all be read from is not used again."""
    try:
        read: bytes = body.read()
    except BaseException:
        body.close()
        raise
    return read


def _refuse(exc: KeyError) -> NoReturn:
    """An answer lacks what S3 always says: something on the way answered in its place."""
    raise Interrupted("s3: an answer that is not S3's") from exc
