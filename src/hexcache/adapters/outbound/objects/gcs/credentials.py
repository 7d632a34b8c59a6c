"""As whom a bucket is asked.

Rule: nothing is read or asked before the first request; what cannot be read is told without any of its text.
"""

from __future__ import annotations

from typing import Any

from google.auth import default
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError
from google.oauth2 import service_account

from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.refusals import Unauthenticated

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
"""What tokens are good for: objects, and neither rights nor buckets."""


def credentials_of(settings: GcsBucketSettings) -> Credentials:
    """The credentials that settings describe; may read files and ask the machine's metadata server.

    Raises:
        Unauthenticated: there are none, or they cannot be read.
    """
    if settings.anonymous:
        return AnonymousCredentials()
    try:
        if settings.service_account_file is not None:
            file = str(settings.service_account_file.expanduser())
            return _of(service_account.Credentials.from_service_account_file(file, scopes=[SCOPE]))
        if settings.service_account_info is not None:
            info = dict(settings.service_account_info)
            return _of(service_account.Credentials.from_service_account_info(info, scopes=[SCOPE]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as exc:
        raise Unauthenticated(f"gcs: the service account's key cannot be read: {type(exc).__name__}") from _bare(exc)
    try:
        found, _ = default(scopes=[SCOPE])
    except DefaultCredentialsError as exc:
        raise Unauthenticated(
            "gcs: this machine has no default credentials; accepted: GOOGLE_APPLICATION_CREDENTIALS, "
            "gcloud auth application-default login, a service account of the machine, or service_account_file"
        ) from exc
    return _of(found)


def can_sign(credentials: Credentials | None) -> bool:
    """Whether links can be signed with what is at hand: the private key of a service account."""
    return isinstance(credentials, service_account.Credentials)


def _bare(exc: Exception) -> Exception | None:
    """An error without text of the file; only an OSError's says where the trouble is and nothing else."""
    return exc if isinstance(exc, OSError) else None


def _of(found: Any) -> Credentials:
    """What google-auth made; it tells no type."""
    assert isinstance(found, Credentials)  # noqa: S101 - for type checkers
    return found
