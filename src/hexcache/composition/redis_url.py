"""The location of a Redis tier's URL: ``redis://user:password@host:6379/0``, ``redis+sentinel://one,two/main/0``.

Rule: a URL is another spelling of a table. What stands before the last ``@`` is user and password, percent-encoded
where they hold a character that means something; nothing of it is ever shown.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from hexcache.composition.redis_settings import mode_of
from hexcache.composition.secrets import same_source
from hexcache.domain.errors import InvalidSetting

_FORMS = (
    "accepted: {scheme}://host:port/db, {scheme}://user:password@host, several hosts with commas between"
    " for Sentinels and clusters, and {scheme}: alone for what the REDIS_* variables say"
)


def location_table(scheme: str, location: str, source: str) -> dict[str, Any]:
    """What a location says, as settings.

    Args:
        scheme: the URL's scheme.
        location: what stands between ``scheme:`` and ``?``.
        source: the text that the location is a part of; what was read from a variable stays as secret as that.

    Raises:
        InvalidSetting: it is not usable; the message shows none of it.
    """
    if not location:
        return {}
    if not location.startswith("//") or any(letter.isspace() for letter in location):
        raise _refused(scheme)
    before, _, path = location[2:].partition("/")
    login, _, hosts = before.rpartition("@")
    table = {name: same_source(source, text) for name, text in _login(login).items()}
    addresses = {"addresses": [unquote(host) for host in hosts.split(",")]} if hosts else {}
    return {**table, **addresses, **_path(scheme, [unquote(step) for step in path.rstrip("/").split("/") if path])}


def _login(text: str) -> dict[str, str]:
    """``user``, ``user:password`` or ``:password``."""
    user, colon, password = text.partition(":")
    return {
        **({"username": unquote(user)} if user else {}),
        **({"password": unquote(password)} if colon else {}),
    }


def _path(scheme: str, steps: list[str]) -> dict[str, Any]:
    """``db``, or ``service/db`` with Sentinels."""
    table: dict[str, Any] = {}
    if mode_of(scheme) == "sentinel" and steps:
        table["service"] = steps.pop(0)
    if len(steps) > 1 or (steps and not steps[0].isdigit()):
        raise _refused(scheme)
    if steps:
        table["db"] = int(steps[0])
    return table


def _refused(scheme: str) -> InvalidSetting:
    return InvalidSetting(f"the location of a {scheme} URL is not usable; {_FORMS.format(scheme=scheme)}")
