"""The name of a function: what its keys begin with.

Rule: one function has one name in every process, whether its module was imported or run as a script; what has no name
of its own is given one by the caller.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from hexcache.domain.errors import InvalidSetting


def function_name(function: Callable[..., Any]) -> str:
    """Module and qualified name.

    Raises:
        InvalidSetting: a lambda or an object without a name, whose keys could meet another one's.
    """
    qualified = getattr(function, "__qualname__", None)
    module = getattr(function, "__module__", None)
    if not isinstance(qualified, str) or not isinstance(module, str) or qualified.endswith("<lambda>"):
        shown = "a lambda" if isinstance(qualified, str) else f"a {type(function).__name__}"
        raise InvalidSetting(f"{shown} has no name of its own to make keys from; give it one: cached(name=..., ...)")
    return f"{_run_as(module)}.{qualified}"


def _run_as(module: str) -> str:
    """The name that a module would have if it were imported; ``__main__`` is whatever runs now."""
    if module != "__main__":
        return module
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None and spec.name:
        return str(spec.name).removesuffix(".__main__")
    file = getattr(main, "__file__", None)
    return PurePath(file).stem if isinstance(file, str) else module
