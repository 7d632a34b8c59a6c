"""What differs between the three vendors when obstore asks them.

Rule: a dialect is made from a vendor's settings, refuses what obstore cannot keep of them, and opens nothing until its
store is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hexcache.adapters.outbound.objects.things import BucketToken, Label
from hexcache.domain.errors import InvalidSetting

ANY_NAME: Final = re.compile(r".*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One vendor's bucket, as obstore is to be told of it.

    Attributes:
        vendor: the first word of messages.
        page_names: most names that one request removes.
        open: makes obstore's store; opens no connection.
        attributes: what is written beside a body.
        label: what was written beside a body; None where it is not ours.
        token: the token of an object, from obstore's metadata.
        mode: the condition that is a token.
        longest_link: seconds for which a link may be good.
        unsigned: why no links can be signed; None where they can.
        signable: the names for which a link is good.
    """

    vendor: str
    page_names: int
    open: Callable[[], Any]
    attributes: Callable[[Label], dict[str, str]]
    label: Callable[[Mapping[str, str]], Label | None]
    token: Callable[[Mapping[str, Any]], BucketToken | None]
    mode: Callable[[BucketToken], dict[str, str]]
    longest_link: float
    unsigned: str | None = None
    signable: re.Pattern[str] = ANY_NAME


def etag(meta: Mapping[str, Any]) -> str | None:
    """The ETag as a condition wants it; listings of Azure leave out the quotes."""
    text = meta.get("e_tag")
    return None if not text else text if text.startswith('"') else f'"{text}"'


def if_etag(token: BucketToken) -> dict[str, str]:
    """The condition that this ETag is still there."""
    return {"e_tag": str(token)}


def unable(setting: str, why: str, accepted: str) -> InvalidSetting:
    """The error for a setting that obstore cannot keep."""
    return InvalidSetting(f"{setting}: {why}; accepted: {accepted}, or engine = 'sdk'")
