"""What a bucket refuses, in the kinds that lead to different treatment.

Rule: a vendor's error becomes one of these (or a plain ``StoreUnavailable`` or ``StoreTimeout``) at the edge of its
package; no message holds a name, a body, a credential or a signed link.
"""

from __future__ import annotations

from hexcache.domain.errors import StoreRejected, StoreUnavailable


class Throttled(StoreUnavailable):
    """The bucket asks for patience (``SlowDown``, 429, 503): the same request may be sent again after a while.

    Attributes:
        after: seconds that the answer asked to wait; None when it did not say.
    """

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Interrupted(StoreUnavailable):
    """The connection ended before the answer did: whether a write happened is unknown."""


class Forbidden(StoreRejected):
    """The identity is known and lacks a right; the message names the right where the vendor tells."""


class Unauthenticated(StoreRejected):
    """The identity is unknown, wrong or expired."""


class NoSuchBucket(StoreRejected):
    """The bucket or container does not exist, or is somebody else's."""
