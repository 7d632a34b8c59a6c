"""Every error that hexcache raises, in one tree, sorted by whose fault it is.

Rule: a caller's mistake is raised at once and changes nothing that is stored; a tier's failure is raised only under
``strict=True`` (otherwise it degrades and is counted); no message ever holds a value or a secret.

    CacheError
    |-- InvalidKey, InvalidNamespace, InvalidTag, InvalidLifetime   the caller's argument
    |-- InvalidSetting, MissingExtra                                the configuration
    |-- CacheClosed, WrongWorld, Unsupported                        the call cannot be made here
    |-- StoreError -> StoreUnavailable, StoreTimeout, StoreRejected, StoreUnchanged   a tier
    |-- CodecError -> UnsupportedValue, Undecodable, Undecryptable  bytes and values
    |-- LoadTimeout, LoadCycle, LoadAbandoned                       the loader
    |-- NotANumber                                                  counters
    `-- IncompleteWrite                                             strict writes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hexcache.domain.report import WriteReport


class CacheError(Exception):
    """The root: catch it to catch whatever hexcache itself raises (a loader's own error is never wrapped)."""


class InvalidKey(CacheError, ValueError):
    """A key is not usable; the message names the rule that it breaks."""


class InvalidNamespace(CacheError, ValueError):
    """A namespace name is not usable; the message names the accepted form."""


class InvalidTag(CacheError, ValueError):
    """A tag is not usable; the message names the accepted form."""


class InvalidLifetime(CacheError, ValueError):
    """A ttl or another duration is not usable; the message names the accepted forms."""


class InvalidSetting(CacheError, ValueError):
    """A setting, a URL or an argument of construction is not usable; names the key, the value and what is accepted."""


class MissingExtra(CacheError, ImportError):
    """An optional dependency is absent; the message names the extra to install."""


class CacheClosed(CacheError, RuntimeError):
    """The cache was closed; open a new one."""


class WrongWorld(CacheError, TypeError):
    """A blocking function was given to an awaited cache or the other way round."""


class Unsupported(CacheError, RuntimeError):
    """No tier of this assembly can do what was asked; the message names what could."""


class StoreError(CacheError):
    """A tier failed."""


class StoreUnavailable(StoreError):
    """A tier cannot be reached, or its breaker is open."""


class StoreTimeout(StoreError, TimeoutError):
    """A tier did not answer within its deadline."""


class StoreRejected(StoreError):
    """A tier answered no: too large, full, read-only, forbidden."""


class StoreUnchanged(StoreError):
    """A tier answered no to a change, and what was to go or to be replaced stays there: the change is owed to it."""


class CodecError(CacheError):
    """Bytes and values do not agree."""


class UnsupportedValue(CodecError, TypeError):
    """A value (or a part of it) cannot be encoded without changing its type.

    Attributes:
        path: where in the value the trouble is, such as ``$.user.tags[3]``.
    """

    def __init__(self, path: str, found: str, accepted: str) -> None:
        super().__init__(f"cannot encode {found} at {path}; accepted: {accepted}")
        self.path = path


class Undecodable(CodecError):
    """Bytes are not what this cache wrote for this key: a miss, counted and removed, never an error of a read.

    Attributes:
        reason: a short fixed word for counters: ``magic``, ``version``, ``truncated``, ``checksum``, ``key``,
            ``flags``, ``header``, ``signature``, ``compression``, ``payload``.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class Undecryptable(Undecodable):
    """Bytes do not authenticate under any of the configured keys: treated like any other undecodable blob."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("signature", detail)


class LoadTimeout(CacheError, TimeoutError):
    """A loader did not finish within its deadline; its result will be thrown away when it comes."""


class LoadCycle(CacheError, RuntimeError):
    """A loader asks for the very key that it is loading, directly or through other loads; waiting would never end."""


class LoadAbandoned(CacheError, RuntimeError):
    """A load was given up with those who waited for it: the cache was closed or the event loop that ran it ended."""


class NotANumber(CacheError, TypeError):
    """A counter operation met something that is not a number; nothing was changed."""


class IncompleteWrite(CacheError):
    """Under ``strict=True``: a write or a delete did not reach every tier.

    Attributes:
        report: what each tier did.
    """

    def __init__(self, report: WriteReport) -> None:
        failed = ", ".join(outcome.tier for outcome in report.outcomes if not outcome.ok)
        super().__init__(f"not every tier accepted the change; failed: {failed}")
        self.report = report
