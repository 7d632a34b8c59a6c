"""obstore's awaited calls. Their twin ``sync/primitives.py`` is written by hand, with the same names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import obstore

from hexcache.adapters.outbound.objects.aio.bucket import Method


async def fetched(store: Any, name: str) -> tuple[Mapping[str, Any], bytes]:
    """An object's metadata and all of its body."""
    answer = await obstore.get_async(store, name)
    return answer.meta, bytes(await answer.bytes_async())


async def inspected(store: Any, name: str, *, head: bool) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """An object's metadata and what was written beside it; its body is not read."""
    answer = await obstore.get_async(store, name, options={"head": head})
    return answer.meta, answer.attributes


async def put(store: Any, name: str, body: bytes, attributes: dict[str, str], mode: Any) -> Mapping[str, Any]:
    """Write an object in one request."""
    return await obstore.put_async(store, name, body, attributes=attributes, mode=mode, use_multipart=False)


async def delete(store: Any, names: str | Sequence[str]) -> None:
    """Remove one object or several."""
    await obstore.delete_async(store, names)


async def sign(store: Any, method: Method, name: str, seconds: float) -> str:
    """Make a link."""
    return await obstore.sign_async(store, method, name, timedelta(seconds=seconds))
