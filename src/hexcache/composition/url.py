"""Tiers as URLs: ``memory:?max_items=10000``, ``disk:/var/cache/app?size_limit=1GiB``, ``disk:.cache``.

Rule: a URL says nothing that a table could not; parsing only takes it apart, and each part is checked where the tables
are. A URL may hold a password, so none is ever shown in an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from hexcache.domain.errors import InvalidSetting

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(.*)", re.DOTALL)
_FORM = 'accepted: scheme:location?option=value&..., such as "memory:?max_items=10000" or "disk:.cache"'


@dataclass(frozen=True, slots=True)
class TierUrl:
    """A URL taken apart.

    Attributes:
        scheme: which kind of tier.
        location: what stands before the question mark, not decoded.
        options: what stands after it, decoded.
    """

    scheme: str
    location: str
    options: dict[str, str]

    @property
    def path(self) -> str:
        """The location as a path on this machine, decoded.

        Raises:
            InvalidSetting: it names a machine.
        """
        location = self.location
        if location.startswith("//"):
            host, slash, rest = location[2:].partition("/")
            if host not in {"", "localhost"}:
                raise InvalidSetting(
                    f"a {self.scheme} URL names a directory of this machine: write {self.scheme}:relative/path or "
                    f"{self.scheme}:/absolute/path, not {self.scheme}://machine/..."
                )
            location = slash + rest
        return unquote(location)


def parse_url(url: str) -> TierUrl:
    """Take a URL apart.

    Raises:
        InvalidSetting: not a URL, or an option that is not ``name=value`` or stands there twice.
    """
    match = _SCHEME.fullmatch(url)
    if match is None:
        raise InvalidSetting(f"a tier's URL begins with its scheme and a colon; {_FORM}")
    scheme, rest = match[1], match[2]
    location, _, query = rest.partition("?")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        pairs = None
    if pairs is None:
        raise InvalidSetting(f"the options of a {scheme} URL are not name=value joined by '&'; {_FORM}")
    options = dict(pairs)
    if len(options) != len(pairs):
        twice = sorted({name for name, _ in pairs if [other for other, _ in pairs].count(name) > 1})
        raise InvalidSetting(f"a {scheme} URL says {', '.join(twice)} more than once")
    return TierUrl(scheme, location, options)
