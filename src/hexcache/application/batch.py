"""One loader call for several keys, and what its answer says of each.

Rule: everything is matched by key; a key left out is missing, one that was not asked for is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hexcache.domain.load import Missing
from hexcache.domain.lookup import MISS

L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Batch(Generic[L]):
    """One loader call for several flights.

    Attributes:
        loader: takes the keys.
        keys: the caller's key by name.
    """

    loader: L
    keys: Mapping[str, str]

    def check(self, answers: object) -> None:
        """Refuse an answer that is not by key.

        Raises:
            TypeError: it is no mapping.
        """
        if not isinstance(answers, Mapping):
            raise TypeError(f"the loader of several keys returns a mapping by key, not {type(answers).__name__}")

    def answer(self, answers: Mapping[str, Any], name: str, failure: Exception | None) -> object:
        """What the loader said of one key: its error, or the loader's own, instead of an answer."""
        if failure is not None:
            return failure
        answer = answers.get(self.keys[name], MISS)
        return Missing() if answer is MISS else answer
