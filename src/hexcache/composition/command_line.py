"""The program ``hexcache``: the command line with a real opener behind it.

Rule: only here does the command line meet the tiers; what its options do not choose, settings and variables do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from hexcache.composition.faces import Cache
from hexcache.composition.object_upkeep import ObjectUpkeep
from hexcache.composition.open import open_cache
from hexcache.domain.errors import MissingExtra

if TYPE_CHECKING:
    from hexcache.adapters.inbound.cli.opening import Choice, Opener


def main() -> None:
    """Run the program on the process's arguments; ends the process with the command's exit code.

    Raises:
        MissingExtra: the command line's packages are not installed.
    """
    try:
        from hexcache.adapters.inbound.cli.app import build_app  # noqa: PLC0415 - an extra, imported on use
        from hexcache.adapters.inbound.cli.opening import Surroundings  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise MissingExtra("the command line needs typer and rich: pip install 'hexcache[cli]'") from exc
    program = (sys.executable, "-m", "hexcache.composition.command_line")
    build_app(Surroundings(cast("Opener", opened), program, ObjectUpkeep()))(prog_name="hexcache")


@contextmanager
def opened(choice: Choice, /, **policy: Any) -> Iterator[Cache[Any]]:
    """The cache that the options choose; closed at the end."""
    said: dict[str, Any] = {} if choice.settings is None else {"settings": choice.settings}
    with open_cache(*choice.urls, environment=choice.environment, **said, **policy) as cache:
        yield cache.namespace(choice.namespace) if choice.namespace else cache


if __name__ == "__main__":
    main()
