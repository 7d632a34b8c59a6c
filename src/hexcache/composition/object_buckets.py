"""What a vendor offers to an object tier: the makers of its buckets.

Rule: a maker is called once for each cache that is opened in its world, connects nothing, and belongs to the store
that closes what it made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.composition.object_settings import ObjectTierSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Makers of one tier's bucket.

    Attributes:
        blocking: makes it for a ``Cache``.
        awaited: makes it for an ``AsyncCache``; None: the blocking one is served by threads of its own.
    """

    blocking: Callable[[], Bucket]
    awaited: Callable[[], AsyncBucket] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A kind of object tier.

    Attributes:
        scheme: of its URLs and tables.
        section: its settings.
        places: settings that the first steps of a URL's location are.
        buckets: checks the settings and makes the makers; imports the vendor's library, or raises ``MissingExtra``.
    """

    scheme: str
    section: type[ObjectTierSettings]
    places: tuple[str, ...]
    buckets: Callable[[Any], Buckets]
