"""The thread that hears: one for each bus, in either world.

Rule: it lives while there are subscriptions, and no wait of it is longer than ``SLICE`` or than its client's timeouts.
Whatever goes wrong with a connection ends the connection, is counted, and is followed by a pause that grows, and by
another connection. When a subscription stands again, or nothing was heard for too long, everything is doubtful.

It beats for each topic as long as it listens, and says farewell when it stops; at the end of the process too.
"""

from __future__ import annotations

import atexit
import threading
import weakref
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Final

from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.adapters.outbound.redis.bus.hearing import Hearing
from hexcache.adapters.outbound.redis.bus.node import Node
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.session import Connect, Session, What
from hexcache.adapters.outbound.redis.bus.subscriptions import Handler, Subscription
from hexcache.adapters.outbound.redis.bus.tally import Tally
from hexcache.adapters.outbound.redis.bus.wire import frame_of_beat
from hexcache.adapters.outbound.redis.errors import translated
from hexcache.domain.backoff import delay
from hexcache.domain.errors import StoreRejected, StoreUnavailable
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy

SLICE: Final = 0.1
"""Longest wait for a message, seconds: so long may a new topic, or the end, have to wait."""

GATHER: Final = 0.002
"""Pause after the last of the messages that are there, seconds: a stream of them wakes the thread 500 times a second at
most, also the stream of what this very process publishes. The first message after a silence is heard at once."""

JITTER: Final = 0.2
"""By which part beats and pauses vary, so that nodes do not act at one moment."""


class Listener:
    """Hears for one bus. Safe for threads.

    Args:
        node: who beats.
        channels: where.
        connect: makes clients.
        rule: how often, how patient.
        clock: monotonic seconds.
        entropy: for jitter.
        tally: what to count in.
    """

    def __init__(
        self,
        node: Node,
        channels: Channels,
        connect: Connect,
        rule: BusRule,
        clock: Clock,
        entropy: Entropy,
        tally: Tally,
    ) -> None:
        self._node = node
        self._channels = channels
        self._connect = connect
        self._rule = rule
        self._clock = clock
        self._entropy = entropy
        self._tally = tally
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._topics: dict[bytes, tuple[str, Hearing]] = {}
        self._ended: Future[None] | None = None
        self._failures = 0

    def add(self, topic: str, handler: Handler) -> Subscription:
        """Begin to tell a handler; its ``stands`` resolves when it hears, or fails when it will not."""
        subscription = Subscription(topic, handler)
        with self._lock:
            hearing = self._of(topic)
            if hearing.stands:  # before the thread sees it, which resolves it otherwise
                subscription.stands.set_result(None)
            hearing.subscriptions = (*hearing.subscriptions, subscription)
            if self._ended is None:
                self._ended = Future()
                _running.add(self)
                threading.Thread(target=self._run, name="hexcache-bus", daemon=True).start()
        self._changed.set()
        return subscription

    def end(self, subscription: Subscription) -> None:
        """Tell it nothing more."""
        subscription.live = False
        self._drop((subscription,))
        self._changed.set()

    def end_all(self) -> Future[None]:
        """Tell nobody anything more; resolves when the thread is over."""
        with self._lock:
            hearings = [hearing for _, hearing in self._topics.values()]
            ended = self._ended
        for hearing in hearings:
            for subscription in hearing.subscriptions:
                self.end(subscription)
        self._changed.set()
        if ended is None:
            ended = Future()
            ended.set_result(None)
        return ended

    def abandon(self) -> None:
        """In a forked child: the thread is the parent's, and nobody here waits for its end."""
        _running.discard(self)

    def hears(self, topic: str) -> bool:
        """Whether everybody is heard on a topic."""
        known = self._topics.get(self._channels.name(topic))
        return known is not None and known[1].hears

    @property
    def connected(self) -> bool:
        """Whether there are subscriptions and all of them stand."""
        topics = list(self._topics.values())
        return bool(topics) and all(hearing.stands for _, hearing in topics)

    def _of(self, topic: str) -> Hearing:
        channel = self._channels.name(topic)
        return self._topics.setdefault(channel, (topic, Hearing(self._node.name, self._rule, self._tally)))[1]

    def _drop(self, gone: tuple[Subscription, ...]) -> None:
        with self._lock:
            for _, hearing in self._topics.values():
                hearing.subscriptions = tuple(one for one in hearing.subscriptions if one not in gone)

    def _wanted(self) -> bool:
        """Whether anybody listens; if not, this thread is over, and the next subscription begins another one."""
        with self._lock:
            if any(hearing.subscriptions for _, hearing in self._topics.values()):
                return True
            self._topics = {}
            ended, self._ended = self._ended, None
        if ended is not None:
            ended.set_result(None)
        return False

    def _run(self) -> None:
        while self._wanted():
            self._changed.clear()
            try:
                self._listen()
            except Exception as exc:  # noqa: BLE001 - whatever a client raises ends its connection, and this alone
                self._broke(exc)
                self._pause()

    def _listen(self) -> None:
        """Hear over one connection until nobody wants to; raises what broke it."""
        channel = next(iter(self._topics))
        session = Session(self._connect(channel), self._channels)
        try:
            due = self._clock()
            burst = False
            while self._agree(session):
                now = self._clock()
                if now >= due:
                    due = now + self._rule.heartbeat * self._jitter()
                    self._beat(session)
                heard = self._hear(session, 0.0 if burst else max(0.0, min(SLICE, due - now)))
                if heard is What.SUBSCRIBED:
                    due = now
                elif heard is None and burst:
                    self._changed.wait(GATHER)
                burst = heard is What.MESSAGE
        finally:
            session.close()
            for _, hearing in list(self._topics.values()):
                hearing.broke()

    def _agree(self, session: Session) -> bool:
        """Subscribe to what is new and leave what nobody wants; False if that is everything."""
        wanted = False
        for channel, (_, hearing) in list(self._topics.items()):
            if hearing.subscriptions:
                wanted = True
                if not hearing.asked:
                    hearing.asked = True
                    session.subscribe(channel)
            else:
                self._leave(session, channel)
        return wanted

    def _leave(self, session: Session, channel: bytes) -> None:
        with self._lock:
            topic, hearing = self._topics[channel]
            if hearing.subscriptions:  # somebody came just now
                return
            del self._topics[channel]
        if hearing.asked:
            with suppress(Exception):  # the others will miss us instead
                session.publish(channel, frame_of_beat(self._node.beat(topic, last=True)))
            session.unsubscribe(channel)

    def _beat(self, session: Session) -> None:
        for channel, (topic, hearing) in list(self._topics.items()):
            if hearing.acknowledged:
                hearing.beaten()
                try:
                    session.publish(channel, frame_of_beat(self._node.beat(topic)))
                except Exception as exc:
                    self._tally.errors += 1
                    problem = translated(exc)
                    if isinstance(problem, StoreRejected) or isinstance(exc, StoreUnavailable):
                        raise

    def _hear(self, session: Session, seconds: float) -> What | None:
        """Take what arrives, and say what it was; None if nothing did."""
        arrival = session.next(seconds)
        now = self._clock()
        if arrival is None:
            for _, hearing in list(self._topics.values()):
                if hearing.acknowledged:
                    hearing.look(now)
                if not hearing.stands:
                    hearing.lapse(now)
            return None
        known = self._topics.get(arrival.channel)
        if known is None or arrival.what is What.ENDED:
            return What.ENDED
        hearing = known[1]
        if arrival.what is What.SUBSCRIBED:
            hearing.subscribed(now)
            return What.SUBSCRIBED
        hearing.hear(arrival.data, now)
        if hearing.stands:
            self._failures = 0
        return What.MESSAGE

    def _broke(self, exc: Exception) -> None:
        if self._channels.give_up_shards(exc):
            return
        self._tally.errors += 1
        self._failures += 1
        problem = translated(exc)
        problem.__cause__ = exc if problem is not exc else None
        for _, hearing in list(self._topics.values()):
            self._drop(tuple(hearing.failed(problem)))

    def _pause(self) -> None:
        """Wait before the next connection, no longer than somebody may want something."""
        rule = self._rule
        left = delay(max(0, self._failures - 1), first=rule.retry_first, most=rule.retry_most) * self._jitter()
        until = self._clock() + left
        while left > 0 and not self._changed.is_set():
            self._changed.wait(min(left, SLICE))
            now = self._clock()
            left = until - now
            for _, hearing in list(self._topics.values()):
                hearing.lapse(now)

    def _jitter(self) -> float:
        return 1 + JITTER * (self._entropy.random() - 0.5)


_running: Final[weakref.WeakSet[Listener]] = weakref.WeakSet()


def _farewell() -> None:
    """Tell the others that this process ends, so that they do not take it for lost."""
    ends = [listener.end_all() for listener in list(_running)]
    wait(ends, timeout=2 * SLICE)


atexit.register(_farewell)
