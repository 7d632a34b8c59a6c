"""Where settings come from, and which source has the last word.

Rule: from the weakest to the strongest: built-in defaults, what a file or a dict says for every environment, its table
for the chosen environment, ``HEXCACHE_*`` variables, arguments of the call. Tables are merged key by key, anything else
is replaced. Nothing that is not understood is passed over.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from hexcache.composition.merging import merged, plain
from hexcache.composition.refusals import refusal, unknown
from hexcache.composition.secrets import resolved
from hexcache.composition.settings import CacheSettings
from hexcache.composition.tables import expanded
from hexcache.composition.variables import settings_in
from hexcache.domain.errors import InvalidSetting

SettingsSource: TypeAlias = "CacheSettings | Mapping[str, Any] | str | os.PathLike[str] | None"
"""Settings as an object, as a table, or as the path of a TOML file; None for the file that is found, if any."""

FILE: Final = "hexcache.toml"
"""The file that is read from the working directory where no other source is named."""

FILE_VARIABLE: Final = "HEXCACHE_SETTINGS"
"""Names another file."""

ENVIRONMENT_VARIABLE: Final = "HEXCACHE_ENVIRONMENT"
"""Chooses the environment."""

ENVIRONMENTS: Final = ("local", "test", "production")
"""Environments that may be chosen without a table of their own."""


def load_settings(
    source: SettingsSource = None,
    environment: str | None = None,
    variables: Mapping[str, str] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    find_file: bool = True,
) -> CacheSettings:
    """Put the settings together.

    Args:
        source: where they come from.
        environment: which table applies; None for what ``HEXCACHE_ENVIRONMENT`` says, then the source, then ``local``.
        variables: the process's variables; None for the real ones.
        overrides: the last word, a table like the source.
        find_file: without a source, whether a file is looked for.

    Raises:
        InvalidSetting: a source cannot be read, holds a key that no setting has, or a value that is not usable.
    """
    variables = os.environ if variables is None else variables
    if isinstance(source, CacheSettings):
        table: dict[str, Any] = source.model_dump(exclude_unset=True)
    else:
        table = _read(source, variables, find_file=find_file)
    shared, own = _for_environment(table, environment or variables.get(ENVIRONMENT_VARIABLE) or None)
    table = merged(_ready(shared, variables), _ready(own, variables))
    last = _ready(plain(overrides or {}, "arguments"), variables)
    said = settings_in(variables)
    if "tiers" in last:
        said.pop("tiers", None)  # they are about tiers that are not asked for
    table = merged(merged({"tiers": [{"scheme": "memory"}], **table}, said), last)
    return checked(table)


def checked(table: Mapping[str, Any]) -> CacheSettings:
    """Settings from a table that is complete.

    Raises:
        InvalidSetting: a key that no setting has, or a value that is not usable.
    """
    try:
        return CacheSettings(**table)
    except ValidationError as exc:
        problem = refusal(exc)
    raise problem  # outside of the handler: the library's error holds the values


def _read(source: object, variables: Mapping[str, str], *, find_file: bool) -> dict[str, Any]:
    if isinstance(source, Mapping):
        return plain(source, "settings")
    if source is None:
        named = variables.get(FILE_VARIABLE)
        path = Path(named) if named else Path(FILE)
        if not named and not (find_file and path.is_file()):
            return {}
    elif isinstance(source, (str, os.PathLike)):
        path = Path(source)
    else:
        raise InvalidSetting(
            f"settings is a {type(source).__name__}; accepted: a dict, the path of a TOML file, CacheSettings, None"
        )
    return _read_file(path)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise InvalidSetting(f"settings file {str(path)!r} cannot be read: {reason}") from exc
    except UnicodeDecodeError as exc:
        raise InvalidSetting(f"settings file {str(path)!r} is not UTF-8") from exc
    except tomllib.TOMLDecodeError as exc:
        raise InvalidSetting(f"settings file {str(path)!r} is not TOML: {exc}") from exc


def _ready(table: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """A table without references and URLs."""
    return expanded(resolved(table, variables), variables)


def _for_environment(table: dict[str, Any], chosen: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of every environment, and those of the chosen one."""
    environments = table.pop("environments", {})
    if not isinstance(environments, dict) or not all(isinstance(one, dict) for one in environments.values()):
        raise InvalidSetting("environments is not a table of tables; write [environments.NAME]")
    name = table.get("environment", "local") if chosen is None else chosen
    if name not in environments and name not in ENVIRONMENTS:
        accepted = sorted({*environments, *ENVIRONMENTS})
        raise InvalidSetting(f"environment is {name!r}; accepted: {', '.join(map(str, accepted))}")
    for other, own in environments.items():
        strangers = [key for key in own if key not in CacheSettings.model_fields or key == "environment"]
        if strangers:
            path = f"environments.{other}.{strangers[0]}"
            raise InvalidSetting(unknown(path, own[strangers[0]], set(CacheSettings.model_fields) - {"environment"}))
    return table, {**environments.get(name, {}), "environment": name}
