"""``HEXCACHE_*`` variables: ``HEXCACHE_POLICY__TTL=90s``, ``HEXCACHE_TIERS__DISK__SIZE_LIMIT=4GiB``.

Rule: the whole prefix is ours: a variable of it that names no setting is an error, as a mistyped key in a file is. The
variables of the project's own tests are passed over: a shell that exports them hands them to every program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_settings import EnvSettingsSource, SettingsError

from hexcache.composition.refusals import unknown
from hexcache.composition.secrets import FromVariable
from hexcache.composition.settings import NESTING, PREFIX, CacheSettings
from hexcache.composition.tables import expanded
from hexcache.domain.errors import InvalidSetting

_OURS = frozenset({"settings", "environment"})
"""Variables that choose where settings come from."""
_OF_TESTS = f"{PREFIX}TEST_"
"""What the names of variables begin with that choose servers for the project's own tests."""


class _Variables(EnvSettingsSource):
    """The settings library's reading of variables, of any mapping."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._given = variables
        super().__init__(CacheSettings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): FromVariable.of(name, text) for name, text in self._given.items()}


def settings_in(variables: Mapping[str, str]) -> dict[str, Any]:
    """What the variables say.

    Raises:
        InvalidSetting: a variable names no setting, or is not what its setting is.
    """
    ours = {name: text for name, text in variables.items() if _names_setting(name.upper())}
    for name in ours:
        first = name[len(PREFIX) :].lower().split(NESTING)[0]
        if first not in CacheSettings.model_fields and first not in _OURS:
            accepted = (f"{PREFIX}{key.upper()}" for key in {*CacheSettings.model_fields, *_OURS})
            raise InvalidSetting(unknown(name, FromVariable.of(name, variables[name]), accepted))
    problem = ""
    table: dict[str, Any] = {}
    try:
        table = _Variables(ours)()
    except SettingsError as exc:
        problem = str(exc)
    if problem:  # outside of the handler: the library's error holds the text
        raise InvalidSetting(f"a variable of {PREFIX}* is not JSON where its setting is a table: {_field(problem)}")
    return expanded({key: value for key, value in table.items() if key != "environment"}, variables)


def _names_setting(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith(_OF_TESTS)


def _field(message: str) -> str:
    """The setting that the library names in its message."""
    quoted = message.split('"')
    return f"{PREFIX}{quoted[1].upper()}" if len(quoted) > 1 else "one of them"
