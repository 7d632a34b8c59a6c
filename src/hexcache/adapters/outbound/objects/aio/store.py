"""A store in a bucket: one object an address, one request a hit.

Rule: what is at a name holds the token, and a conditional write wins only if it is still there. A body begins with a
random write id, so no two states of a name have one token, and whatever happened in between makes a write lose: a
write, a delete, a clear, a sweep, a life-cycle rule. It needs no memory of what is gone, and forgetting is always safe.

How each state comes to hold a token:

* *A blob* has its own: a read answers blob and token at once.
* *An absence* is a placeholder, a small object that whoever misses creates if nothing is there, so that of several who
  miss all get one token. A miss costs a write more, and none while a placeholder is there.
* *A dead blob* and *a foreign object* have tokens as everything has; readers find an absence that can be replaced.

What that means when things happen at the same time:

* A reader misses, somebody deletes, the reader leaves its placeholder: the token is of after the delete, and so is the
  load, which begins when the read has ended. The other order: the delete takes the placeholder away, the load loses.
* ``clear`` lists and removes page by page. Every token that was handed out before stands in an object that was there
  when the listing began; a name that is written behind its back is a write after ``clear`` began.
* Two processes with one token: the bucket compares and writes in one step, the second finds another token.
* A write whose answer was lost: see :mod:`hexcache.adapters.outbound.objects.aio.writing`.

Deadlines are compared with the caller's clock, on every read. Space comes back by life-cycle rules or a sweep.
Without conditions (``conditional=False``) there are neither placeholders nor tokens, and the capability says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial

from hexcache.adapters.outbound.objects.absences import Absences
from hexcache.adapters.outbound.objects.aio.attempts import AsyncAttempts
from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket, Method
from hexcache.adapters.outbound.objects.aio.listing import AsyncListing
from hexcache.adapters.outbound.objects.aio.metered import AsyncMeteredBucket
from hexcache.adapters.outbound.objects.aio.primitives import Crew, ended_within
from hexcache.adapters.outbound.objects.aio.probing import AsyncProbing
from hexcache.adapters.outbound.objects.aio.reading import AsyncReading
from hexcache.adapters.outbound.objects.aio.removal import AsyncRemoval
from hexcache.adapters.outbound.objects.aio.writing import AsyncWriting, reasons
from hexcache.adapters.outbound.objects.findings import Drafts
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.patience import Patience
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.traffic import Traffic
from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import Absent, StoreFinding, Token


def capabilities_of(settings: ObjectStoreSettings) -> Capabilities:
    """What a store with these settings can do."""
    return Capabilities(
        conditional_write=settings.conditional,
        physical_expiry=False,
        durable=True,
        shared=True,
        max_value_bytes=settings.max_value_bytes,
    )


class AsyncObjectStore:
    """Blobs in a bucket; an :class:`~hexcache.ports.aio.store.AsyncStore`.

    Requests that were turned away for a while or interrupted are sent again within the deadline of the call. A call of
    several addresses makes its requests side by side; ``scan`` and ``clear`` go in pages, each of which has the
    deadline. ``get_many`` leaves out what could not be read, unless nothing could.
    """

    def __init__(
        self,
        bucket: AsyncBucket,
        settings: ObjectStoreSettings,
        *,
        clocks: Clocks,
        entropy: Entropy,
        patience: Patience | None = None,
    ) -> None:
        """Use a bucket, which is closed with the store.

        Args:
            bucket: the vendor's.
            settings: how it is used.
            clocks: wall time, against which deadlines of blobs are checked; monotonic time, for those of calls.
            entropy: where write ids and pauses come from.
            patience: how requests are repeated; None for the usual.
        """
        self._traffic = Traffic()
        bucket = AsyncMeteredBucket(bucket, self._traffic)
        self._bucket: AsyncBucket | None = bucket
        self._settings = settings
        self._clocks = clocks
        self._entropy = entropy
        self._patience = patience or Patience()
        self._capabilities = capabilities_of(settings)
        self._naming = naming = Naming(settings.prefix)
        self._crew = crew = Crew(settings.side_by_side)
        self._absences = Absences(settings.absent_for, clocks.monotonic)
        drafts = Drafts(clocks.wall, entropy, settings.tombstone_ttl)
        self._reading = AsyncReading(bucket, naming, drafts, clocks.wall, conditional=settings.conditional)
        self._writing = AsyncWriting(bucket, naming, drafts, settings)
        self._listing = AsyncListing(bucket, naming, crew, clocks.wall, settings.deadline)
        self._probing = AsyncProbing(bucket, naming, drafts)
        self._removal = AsyncRemoval(bucket, naming, self._listing, crew, clocks.wall, settings.deadline)

    @property
    def capabilities(self) -> Capabilities:
        """Durable and shared; the rest is as the settings say."""
        return self._capabilities

    async def get(self, address: str, /) -> StoreFinding:
        """Read one address; see the port."""
        attempts = self._attempts()
        known = self._absences.known(address)
        if known is not None:
            return known
        async with ended_within(self._settings.deadline):
            return await self._read(attempts, address)

    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses side by side; see the port. What could not be read is left out."""
        attempts = self._attempts()
        known = {a: self._absences.known(a) for a in dict.fromkeys(addresses)}
        found: dict[str, StoreFinding] = {a: absence for a, absence in known.items() if absence is not None}
        asked = [address for address in known if address not in found]
        async with ended_within(self._settings.deadline):
            answers = await self._crew.run([partial(self._read, attempts, address) for address in asked])
        found |= {a: answer for a, answer in zip(asked, answers, strict=True) if not isinstance(answer, Exception)}
        failed = [answer for answer in answers if isinstance(answer, Exception)]
        if failed and not found:
            raise failed[0]
        return found

    async def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write whatever is there now; see the port."""
        attempts = self._attempts()
        with self._absences.changing((address,)):
            async with ended_within(self._settings.deadline):
                await self._writing.put(attempts, address, blob, dead_at)

    async def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write if the bucket still holds what the token stands for; see the port."""
        attempts = self._attempts()
        with self._absences.changing((address,)):
            async with ended_within(self._settings.deadline):
                return await self._writing.put_if(attempts, address, blob, dead_at, token)

    async def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Write several side by side; see the port."""
        attempts = self._attempts()
        writes = [partial(self._writing.put, attempts, address, *what) for address, what in blobs.items()]
        with self._absences.changing(blobs):
            async with ended_within(self._settings.deadline):
                answers = await self._crew.run(writes)
        return reasons(dict(zip(blobs, answers, strict=True)))

    async def delete(self, address: str, /) -> bool:
        """Remove a blob and whatever held the token of the address; see the port."""
        attempts = self._attempts()
        with self._absences.changing((address,)):
            async with ended_within(self._settings.deadline):
                return await self._removal.delete(attempts, address)

    async def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several; see the port."""
        attempts = self._attempts()
        with self._absences.changing(addresses):
            async with ended_within(self._settings.deadline):
                return await self._removal.delete_many(attempts, addresses)

    async def scan(self, prefix: str, /) -> AsyncIterator[str]:
        """List live addresses; see the port. Asks for what the vendor's listing does not tell."""
        async for page in self._listing.live(self._attempts(), prefix):
            for address in page:
                yield address

    async def clear(self, prefix: str, /) -> int:
        """Remove by prefix, page by page; see the port. Foreign objects are left alone; dead blobs count."""
        attempts = self._attempts()
        with self._absences.changing(None):
            return await self._removal.clear(attempts, prefix)

    async def ping(self) -> None:
        """Read a name that is not there; see the port."""
        attempts = self._attempts()
        async with ended_within(self._settings.deadline):
            await attempts.make(self._opened().read, self._naming.beside("ping"))

    async def presign(self, address: str, /, *, seconds: float, method: Method = "GET") -> str:
        """A link to the object of an address, whoever holds it, for so many seconds.

        The object is what the store keeps: a frame, then the blob. Whether there is one is not asked.

        Raises:
            Unsupported: the credentials of this tier cannot sign.
            StoreError: a key to sign with could not be had.
        """
        attempts = self._attempts()
        name = self._naming.name(address)
        async with ended_within(self._settings.deadline):
            return await attempts.make(self._opened().sign, name, seconds=seconds, method=method)

    async def probe(self) -> dict[str, str]:
        """Try each right with an object of its own, and remove it; see the port."""
        attempts = self._attempts()
        async with ended_within(self._settings.deadline):
            return await self._probing.rights(attempts)

    def traffic(self) -> dict[str, int]:
        """Requests and bytes so far: see :data:`~hexcache.adapters.outbound.objects.traffic.EVENTS`."""
        return self._traffic.told()

    async def aclose(self) -> None:
        """Close the bucket. May be called again."""
        bucket, self._bucket = self._bucket, None
        if bucket is not None:
            await self._crew.aclose()
            await bucket.aclose()

    async def _read(self, attempts: AsyncAttempts, address: str) -> StoreFinding:
        mark = self._absences.mark()
        found = await self._reading.get(attempts, address)
        if isinstance(found, Absent):
            self._absences.learn(address, found, mark)
        return found

    def _opened(self) -> AsyncBucket:
        if self._bucket is None:
            raise StoreUnavailable("objects: the store is closed")
        return self._bucket

    def _attempts(self) -> AsyncAttempts:
        self._opened()
        seconds, monotonic = self._settings.deadline, self._clocks.monotonic
        return AsyncAttempts(seconds, self._patience, monotonic, self._entropy, self._traffic)
