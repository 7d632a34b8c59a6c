"""The tags' states as this process believes them.

Rule: a state that was read from a store is believed for ``tag_max_age`` seconds, one that this process changed at once
replaces it, and a state that was read before such a change is never believed after it. Unknown is not current.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable

from hexcache.domain.entry import Entry
from hexcache.domain.fence import Fence, FenceTable
from hexcache.domain.tag import TagState, Validity, judge
from hexcache.ports.clock import Clock

MAX_BELIEVED = 100_000
"""States kept; what was stored under least recently goes first. What is forgotten is unknown, and so invalidates."""


class TagStates:
    """Tag name -> state. Safe for threads; never waits.

    Attributes:
        durable: the states live in a store, and what is here is a belief; otherwise this is where they live.
    """

    __slots__ = ("_believed", "_clock", "_fences", "_lock", "_max_age", "durable")

    def __init__(self, clock: Clock, max_age: float, *, durable: bool) -> None:
        self._clock = clock
        self._max_age = max_age
        self._believed: OrderedDict[str, tuple[TagState, float]] = OrderedDict()
        self._fences = FenceTable()
        self._lock = threading.Lock()
        self.durable = durable

    def believed(self, tag: str) -> TagState | None:
        """The state, if it may be believed now; takes no lock, so nobody takes a state away to put it back."""
        belief = self._believed.get(tag)
        if belief is None or (self.durable and self._clock() - belief[1] > self._max_age):
            return None
        return belief[0]

    def observe(self, tag: str) -> Fence:
        """To be called before a state is read from a store."""
        return self._fences.observe(tag)

    def believe(self, tag: str, state: TagState, fence: Fence) -> bool:
        """Take over a state that was read; False if the tag changed since ``fence`` was observed."""
        with self._lock:
            if self._fences.observe(tag) != fence:
                return False
            self._put(tag, state)
            return True

    def rotate(self, tag: str, rotated: Callable[[TagState | None], TagState]) -> None:
        """Change the state of a tag that lives here, in one step: of two changes at once both are kept."""
        with self._lock:
            self._fences.bump(tag)
            belief = self._believed.get(tag)
            self._put(tag, rotated(None if belief is None else belief[0]))

    def changed(self, tag: str, state: TagState, fence: Fence) -> None:
        """Take over a state that this process wrote; if the tag changed since ``fence``, believe nothing of it."""
        with self._lock:
            alone = self._fences.observe(tag) == fence
            self._fences.bump(tag)
            if alone:
                self._put(tag, state)
            else:
                self._believed.pop(tag, None)

    def doubt(self, tag: str) -> None:
        """Believe nothing about a tag: another process changed it, or the store did not take our change."""
        with self._lock:
            self._fences.bump(tag)
            self._believed.pop(tag, None)

    def doubt_all(self) -> None:
        """Believe nothing that lives in a store."""
        with self._lock:
            self._fences.bump_all()
            if self.durable:
                self._believed.clear()

    def create(self, tag: str, fresh: TagState) -> None:
        """Let ``fresh`` be the state of a tag that lives here, unless it has one."""
        with self._lock:
            if tag not in self._believed:
                self._put(tag, fresh)

    def want(self, tag: str) -> TagState | None:
        """The state for a value that is about to be stored, if it may be believed now; it is forgotten last."""
        with self._lock:
            if tag in self._believed:
                self._believed.move_to_end(tag)
            return self.believed(tag)

    def judge(self, entry: Entry) -> Validity | None:
        """Whether an entry's tags are current; None if a state has to be read first."""
        states: dict[str, TagState | None] = {}
        for tag, _ in entry.deps:
            state = self.believed(tag)
            if state is None and self.durable:
                return None
            states[tag] = state
        return judge(entry.deps, states)

    def unknown(self, tags: Iterable[str]) -> list[str]:
        """Those whose state has to be read first."""
        return [tag for tag in tags if self.believed(tag) is None]

    def _put(self, tag: str, state: TagState) -> None:
        self._believed[tag] = (state, self._clock())
        self._believed.move_to_end(tag)
        if len(self._believed) > MAX_BELIEVED:
            self._believed.popitem(last=False)

    def reset(self) -> None:
        """A fresh lock: for a forked child."""
        self._lock = threading.Lock()
