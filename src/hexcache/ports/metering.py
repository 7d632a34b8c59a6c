"""What a store costs: requests and bytes, counted where they are made.

Rule: counters only grow; what a request costs is said by the vendor's price list, not by the store.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class MeteredStore(Protocol):
    """A store whose requests are paid for."""

    def traffic(self) -> dict[str, int]:
        """Requests by kind, and bytes each way, since the store was made. Never waits."""
        ...
