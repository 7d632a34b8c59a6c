"""hexcache: one cache in front of several tiers, for threads and for tasks.

Rule: importing the package loads its names and nothing behind them; each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hexcache import litellm as litellm
    from hexcache.adapters.inbound.decorator import cached as cached
    from hexcache.application.policy import CachePolicy as CachePolicy
    from hexcache.composition.container import CacheContainer as CacheContainer
    from hexcache.composition.faces import AsyncCache as AsyncCache
    from hexcache.composition.faces import Cache as Cache
    from hexcache.composition.open import open_async_cache as open_async_cache
    from hexcache.composition.open import open_cache as open_cache
    from hexcache.composition.settings import CacheSettings as CacheSettings
    from hexcache.domain.call_key import call_key as call_key
    from hexcache.domain.errors import CacheClosed as CacheClosed
    from hexcache.domain.errors import CacheError as CacheError
    from hexcache.domain.errors import CodecError as CodecError
    from hexcache.domain.errors import IncompleteWrite as IncompleteWrite
    from hexcache.domain.errors import InvalidKey as InvalidKey
    from hexcache.domain.errors import InvalidLifetime as InvalidLifetime
    from hexcache.domain.errors import InvalidNamespace as InvalidNamespace
    from hexcache.domain.errors import InvalidSetting as InvalidSetting
    from hexcache.domain.errors import InvalidTag as InvalidTag
    from hexcache.domain.errors import LoadAbandoned as LoadAbandoned
    from hexcache.domain.errors import LoadCycle as LoadCycle
    from hexcache.domain.errors import LoadTimeout as LoadTimeout
    from hexcache.domain.errors import MissingExtra as MissingExtra
    from hexcache.domain.errors import NotANumber as NotANumber
    from hexcache.domain.errors import StoreError as StoreError
    from hexcache.domain.errors import StoreRejected as StoreRejected
    from hexcache.domain.errors import StoreTimeout as StoreTimeout
    from hexcache.domain.errors import StoreUnavailable as StoreUnavailable
    from hexcache.domain.errors import StoreUnchanged as StoreUnchanged
    from hexcache.domain.errors import Undecodable as Undecodable
    from hexcache.domain.errors import Undecryptable as Undecryptable
    from hexcache.domain.errors import Unsupported as Unsupported
    from hexcache.domain.errors import UnsupportedValue as UnsupportedValue
    from hexcache.domain.errors import WrongWorld as WrongWorld
    from hexcache.domain.increment import Increment as Increment
    from hexcache.domain.load import DoNotStore as DoNotStore
    from hexcache.domain.load import Loaded as Loaded
    from hexcache.domain.load import Missing as Missing
    from hexcache.domain.load import NotModified as NotModified
    from hexcache.domain.lookup import MISS as MISS
    from hexcache.domain.lookup import EntryView as EntryView
    from hexcache.domain.rate import Decision as Decision
    from hexcache.domain.rate import FixedWindow as FixedWindow
    from hexcache.domain.rate import Gcra as Gcra
    from hexcache.domain.rate import SlidingWindow as SlidingWindow
    from hexcache.domain.report import CloseReport as CloseReport
    from hexcache.domain.report import Effect as Effect
    from hexcache.domain.report import TierOutcome as TierOutcome
    from hexcache.domain.report import WriteReport as WriteReport

_HOMES = {
    "hexcache.adapters.inbound.decorator": ("cached",),
    "hexcache.application.policy": ("CachePolicy",),
    "hexcache.composition.container": ("CacheContainer",),
    "hexcache.composition.faces": ("AsyncCache", "Cache"),
    "hexcache.composition.open": ("open_async_cache", "open_cache"),
    "hexcache.composition.settings": ("CacheSettings",),
    "hexcache.domain.call_key": ("call_key",),
    "hexcache.domain.errors": (
        "CacheClosed", "CacheError", "CodecError", "IncompleteWrite", "InvalidKey", "InvalidLifetime",
        "InvalidNamespace", "InvalidSetting", "InvalidTag", "LoadAbandoned", "LoadCycle", "LoadTimeout", "MissingExtra",
        "NotANumber", "StoreError", "StoreRejected", "StoreTimeout", "StoreUnavailable", "StoreUnchanged",
        "Undecodable", "Undecryptable", "Unsupported", "UnsupportedValue", "WrongWorld",
    ),
    "hexcache.domain.increment": ("Increment",),
    "hexcache.domain.load": ("DoNotStore", "Loaded", "Missing", "NotModified"),
    "hexcache.domain.lookup": ("EntryView", "MISS"),
    "hexcache.domain.rate": ("Decision", "FixedWindow", "Gcra", "SlidingWindow"),
    "hexcache.domain.report": ("CloseReport", "Effect", "TierOutcome", "WriteReport"),
}  # fmt: skip

_SUBMODULES = ("litellm",)
"""Modules with names of their own, loaded like these and shown apart."""

_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "MISS", "AsyncCache", "Cache", "CacheClosed", "CacheContainer", "CacheError", "CachePolicy", "CacheSettings",
    "CloseReport", "CodecError", "Decision", "DoNotStore", "Effect", "EntryView", "FixedWindow", "Gcra",
    "IncompleteWrite", "Increment", "InvalidKey", "InvalidLifetime", "InvalidNamespace", "InvalidSetting",
    "InvalidTag", "LoadAbandoned", "LoadCycle", "LoadTimeout", "Loaded", "Missing", "MissingExtra", "NotANumber",
    "NotModified", "SlidingWindow", "StoreError", "StoreRejected", "StoreTimeout", "StoreUnavailable", "StoreUnchanged",
    "TierOutcome", "Undecodable", "Undecryptable", "Unsupported", "UnsupportedValue", "WriteReport", "WrongWorld",
    "cached", "call_key", "open_async_cache", "open_cache",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    if name in _SUBMODULES:
        return import_module(f"hexcache.{name}")
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module 'hexcache' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
