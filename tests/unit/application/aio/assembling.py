"""A cache over any mix of tiers, with a moved clock, seeded chance and stores that go wrong on command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.application.aio.assembly import AsyncAssembly
from hexcache.application.aio.cache import AsyncCache
from hexcache.application.core import Core, LeaseSlot, MemorySlot
from hexcache.application.policy import CachePolicy
from hexcache.application.sealing import Sealer
from hexcache.application.tag_states import TagStates
from hexcache.application.tier_state import TierState
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.tiering import TierRule
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.ports.aio.lease import AsyncLeaseKeeper
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.codec import Serializer
from hexcache.testing.aio.faults import AsyncFaultyStore
from hexcache.testing.aio.primitives import AsyncGate
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.unit.application.aio.primitives import until
from tests.unit.application.aio.stores import AsyncShelf
from tests.unit.application.witness import Witness

ROOT = "app"
CALM = {"jitter": 0.0, "beta": 0.0, "repair_backoff": 3_600.0, "repair_backoff_max": 3_600.0, "close_timeout": 0.5}
"""Policy values of a test that does not say otherwise: exact lifetimes, repairs by ``flush`` only."""


class AsyncRig:
    """A cache with everything around it that a test may want to look at or to break.

    Args:
        memory: how many memory tiers, or their longest lives.
        stores: how many stores behind them, or the stores (shared with another rig, say).
        rules: what each store takes; the last one counts for those left over.
        deadline: longest call of a store, in real seconds.
        breaker: when a tier is left alone; out of the way unless asked for.
        keeper: keeps leases of loads beside the deepest store.
        untold_cap: longest life in memory while others are not heard.
        policy: policy values.
    """

    def __init__(
        self,
        memory: int | Sequence[float] = 1,
        stores: int | Sequence[AsyncStore] = 0,
        *,
        clock: MovedClock | None = None,
        rules: Sequence[TierRule] = (),
        deadline: float = 20.0,
        breaker: BreakerRule | None = None,
        serializer: Serializer | None = None,
        shared: bool = False,
        items: int = 10_000,
        bus: AsyncBus | None = None,
        untold_cap: float = float("inf"),
        counter: AsyncCounter | None = None,
        keeper: AsyncLeaseKeeper | None = None,
        core: Core | None = None,
        seed: int = 0,
        **policy: Any,
    ) -> None:
        self.clock = MovedClock() if clock is None else clock
        self.witness = Witness()
        inner = [AsyncShelf(self.clock.wall) for _ in range(stores)] if isinstance(stores, int) else list(stores)
        self.inner: list[AsyncStore] = list(inner)
        self.stores = [AsyncFaultyStore(store) for store in inner]
        caps = [float("inf")] * memory if isinstance(memory, int) else list(memory)
        settings = CachePolicy().changed(**{**CALM, **policy})
        self.core = core or Core(
            ROOT,
            policy=settings,
            clocks=self.clock.clocks,
            entropy=SeededEntropy(seed),
            sealer=Sealer(serializer or FaithfulSerializer(), stores=bool(inner), shared=shared, beta=settings.beta),
            memory=[
                MemorySlot(f"memory{place}", InMemoryTier(self.clock.monotonic, max_items=items), cap, untold_cap)
                for place, cap in enumerate(caps)
            ],
            states=[self._state(place, rules, deadline, breaker, settings) for place in range(len(inner))],
            tags=TagStates(
                self.clock.monotonic,
                settings.tag_max_age,
                durable=any(store.capabilities.conditional_write for store in inner),
            ),
            leases=None
            if keeper is None
            else LeaseSlot(len(caps) + len(inner) - 1, self._state(0, (), deadline, breaker, settings, "leases")),
            observers=[self.witness],
        )
        self.bus = bus
        self.keeper = keeper
        self.counter = counter
        self.assembly, self.cache = self.face()

    def face(self) -> tuple[AsyncAssembly, AsyncCache[Any]]:
        """Another cache object over the same core and stores."""
        codec = Envelope()
        assembly = AsyncAssembly(
            self.core,
            [(store, codec) for store in self.stores],
            counter=self.counter,
            bus=self.bus,
            leases=self.keeper,
        )
        return assembly, AsyncCache(assembly)

    def _state(
        self,
        place: int,
        rules: Sequence[TierRule],
        deadline: float,
        breaker: BreakerRule | None,
        policy: CachePolicy,
        name: str = "store",
    ) -> TierState:
        return TierState(
            f"{name}{place}",
            rule=rules[min(place, len(rules) - 1)] if rules else TierRule(),
            deadline=deadline,
            breaker=breaker or BreakerRule(failures=1_000_000),
            max_repairs=policy.max_repairs,
            clock=self.clock.monotonic,
            tell=self.witness.on_tier,
        )

    async def idle(self) -> None:
        """Wait until no flight is in the air."""
        await until(lambda: not len(self.core.flights))

    def forget(self) -> None:
        """Empty the memory tiers, as a restart does."""
        for slot in self.core.memory:
            slot.tier.clear()

    def held(self, place: int, key: str) -> object:
        """The value that the store at a place holds for a key, however old it is; MISSING_HERE if it holds none."""
        return self.inner[place].held(f"{ROOT}:{key}")  # type: ignore[attr-defined]  # a shelf of the tests

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for store in self.stores:
            store.heal()
        await self.cache.aclose()


class AsyncOrigin:
    """A loader that counts how often it is asked, and gives its answers in turn; the last one for ever.

    Attributes:
        calls: how often it was asked.
        shown: the arguments of each call.
    """

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.calls = 0
        self.shown: list[tuple[object, ...]] = []
        self.meanwhile: Callable[[], object] | None = None
        self.gate: AsyncGate | None = None

    def hold(self) -> AsyncGate:
        """Stop calls at a gate until it is released."""
        self.gate = AsyncGate()
        return self.gate

    async def __call__(self, *args: object) -> Any:
        self.calls += 1
        self.shown.append(args)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if self.gate is not None:
            await self.gate.passage()
        if self.meanwhile is not None:
            self.meanwhile()
        if isinstance(answer, BaseException) or (isinstance(answer, type) and issubclass(answer, BaseException)):
            raise answer
        return answer
