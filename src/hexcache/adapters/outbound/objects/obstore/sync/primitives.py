"""obstore's blocking calls. Their twin ``aio/primitives.py`` is written by hand, with the same names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import obstore

from hexcache.adapters.outbound.objects.sync.bucket import Method


def fetched(store: Any, name: str) -> tuple[Mapping[str, Any], bytes]:
    """An object's metadata and all of its body."""
    answer = obstore.get(store, name)
    return answer.meta, bytes(answer.bytes())


def inspected(store: Any, name: str, *, head: bool) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """An object's metadata and what was written beside it; its body is not read."""
    answer = obstore.get(store, name, options={"head": head})
    return answer.meta, answer.attributes


def put(store: Any, name: str, body: bytes, attributes: dict[str, str], mode: Any) -> Mapping[str, Any]:
    """Write an object in one request."""
    return obstore.put(store, name, body, attributes=attributes, mode=mode, use_multipart=False)


def delete(store: Any, names: str | Sequence[str]) -> None:
    """Remove one object or several."""
    obstore.delete(store, names)


def sign(store: Any, method: Method, name: str, seconds: float) -> str:
    """Make a link."""
    return obstore.sign(store, method, name, timedelta(seconds=seconds))
