"""Drives an eviction policy as a tier would, and keeps account of where every entry went."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from hypothesis import strategies as st

from hexcache.domain.entry import Entry
from hexcache.domain.eviction.policy import EvictionPolicy

NAMES = tuple("abcdefghijkl")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["admit", "admit", "admit", "hit", "hit", "discard", "victim", "pass time", "clear"]),
        st.sampled_from(NAMES),
        st.sampled_from([1.0, 2.0, 5.0, inf]),
    ),
    max_size=120,
)
"""What a tier may do: an action, a name, and a life in seconds (or how much time passes)."""


def entry(name: str, dead_at: float = inf) -> Entry:
    """An entry that is fresh until it is dead."""
    return Entry(name, name, 0, dead_at, dead_at, 0.0)


@dataclass
class Driver:
    """A tier without bounds of its own: it does what it is told and remembers what became of each entry."""

    policy: EvictionPolicy
    now: float = 0.0
    held: dict[str, Entry] = field(default_factory=dict)
    admitted: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    victims: list[str] = field(default_factory=list)

    def do(self, action: str, name: str, seconds: float) -> None:
        """One step of :data:`STEPS`."""
        if action == "admit":
            self.admit(entry(name, self.now + seconds))
        elif action == "hit":
            self.hit(name)
        elif action == "discard":
            self.discard(name)
        elif action == "victim" and self.held:
            self.evict()
        elif action == "clear":
            self.clear()
        elif action == "pass time" and seconds != inf:
            self.now += seconds

    def admit(self, new: Entry) -> None:
        """Install or overwrite."""
        old = self.held.get(new.name)
        self.held[new.name] = new
        self.admitted.append(new)
        if old is None:
            self.policy.admit(new, self.now)
        else:
            self.policy.replace(old, new, self.now)
            self.left.append(old)

    def hit(self, name: str) -> None:
        """A hit, as the policy wants to be told of it."""
        found = self.held.get(name)
        if found is None:
            return
        if self.policy.reorders_on_hit:
            self.policy.touch(found)
        elif found.mark < self.policy.mark_limit:
            found.mark += 1

    def discard(self, name: str) -> None:
        """Delete; nothing happens when there is no such entry."""
        found = self.held.pop(name, None)
        if found is not None:
            self.policy.discard(found)
            self.left.append(found)

    def evict(self) -> Entry:
        """Take a victim."""
        victim = self.policy.victim(self.now)
        assert self.held.pop(victim.name) is victim, "the victim is not the entry that is held under its name"
        self.left.append(victim)
        self.victims.append(victim.name)
        return victim

    def clear(self) -> None:
        """Let everything go."""
        self.policy.clear()
        self.left.extend(self.held.values())
        self.held.clear()

    def check(self) -> None:
        """What holds at any time."""
        assert len(self.policy) == len(self.held)
        assert {id(kept) for kept in self.policy} == {id(kept) for kept in self.held.values()}
        assert len(list(self.policy)) == len(self.held)
        assert all(kept.home for kept in self.held.values())
        assert not any(gone.home for gone in self.left)
