"""What may be wrong with a request, planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


def nothing() -> None:
    """What happens meanwhile unless a plan says more."""


class Fault(NamedTuple):
    """How one request fails.

    Attributes:
        error: what it raises.
        late: it happens all the same, and only its answer is lost.
        meanwhile: what happens before the error is seen.
    """

    error: Exception
    late: bool = False
    meanwhile: Callable[[], object] = nothing
