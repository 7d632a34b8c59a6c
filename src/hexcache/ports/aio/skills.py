"""What some stores can do beyond the store port, each as a port of its own.

Rule: nobody has to have them. A store shows a skill by having its method; whoever asks looks through the stores that
stand before others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from hexcache.ports.aio.store import AsyncStore

LinkMethod: TypeAlias = Literal["GET", "PUT", "DELETE", "HEAD"]
"""What a signed link allows."""


@runtime_checkable
class AsyncSigningStore(Protocol):
    """A store that makes links for those who have no credentials."""

    async def presign(self, address: str, /, *, seconds: float, method: LinkMethod = "GET") -> str:
        """A link to what is stored at an address, whether or not something is, good for so many seconds.

        Raises:
            Unsupported: the store's credentials cannot sign; says which can.
            StoreError: what is needed to sign could not be had.
        """
        ...


@runtime_checkable
class AsyncProbedStore(Protocol):
    """A store whose identity may lack rights."""

    async def probe(self) -> dict[str, str]:
        """Try each right with something of its own, and clean up.

        Returns:
            right (``read``, ``write``, ``delete``, ``list``, ``sign``) -> why it is missing; empty where it is there.

        Raises:
            StoreError: the store cannot be asked.
        """
        ...


@runtime_checkable
class AsyncLayer(Protocol):
    """A store before another one."""

    @property
    def inner(self) -> AsyncStore:
        """The other one."""
        ...


def layers(store: AsyncStore) -> Iterator[AsyncStore]:
    """A store, and those behind it, nearest first."""
    yield store
    while isinstance(store, AsyncLayer):
        store = store.inner
        yield store
