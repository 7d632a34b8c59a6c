"""The location of an object tier's URL: ``s3://bucket/prefix``, ``azure://account/container/prefix``.

Rule: a URL is another spelling of a table; its steps are percent-encoded where they hold a character that means
something. None of it is a secret: keys stand in options, tables and variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from hexcache.domain.errors import InvalidSetting


def location_table(scheme: str, location: str, names: Sequence[str]) -> dict[str, Any]:
    """What a location says, as settings: a step for each of ``names``, the rest is the prefix.

    Args:
        scheme: the URL's scheme.
        location: what stands between ``scheme:`` and ``?``; empty for a URL that leaves all to its options.
        names: settings that the first steps are.

    Raises:
        InvalidSetting: it is not usable.
    """
    if not location:
        return {}
    form = "/".join(names)
    steps = [unquote(step) for step in location.removeprefix("//").removesuffix("/").split("/")]
    if not location.startswith("//") or len(steps) < len(names) or not all(steps):
        raise InvalidSetting(
            f"the location of a {scheme} URL is not usable; accepted: {scheme}://{form} and {scheme}://{form}/prefix"
        )
    table: dict[str, Any] = dict(zip(names, steps, strict=False))
    rest = steps[len(names) :]
    return {**table, **({"prefix": "/".join(rest)} if rest else {})}
