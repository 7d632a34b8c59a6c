"""One channel as its subscribers hear it.

Rule: a message is handed on whatever its number is, since an invalidation that comes twice harms nobody; what was
missed is handed on as one ``epoch``. A handler that fails keeps nobody else from being told.

A subscription stands when its own beat has come back to it: only that proves that what is published is heard. When its
beats stop coming back it is deaf, whatever the connection says.
"""

from __future__ import annotations

from collections.abc import Iterable

from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.subscriptions import Subscription
from hexcache.adapters.outbound.redis.bus.tally import Tally
from hexcache.adapters.outbound.redis.bus.wire import Beat, parsed
from hexcache.domain.errors import StoreUnavailable
from hexcache.domain.sequence import SequenceTracker, Told
from hexcache.ports.invalidation import Invalidation


class Deaf(StoreUnavailable):
    """Our own beats do not come back."""


class Hearing:
    """What arrives on one channel. For one thread, but for ``hears``, ``stands`` and ``subscriptions``.

    Attributes:
        subscriptions: whom to tell; replaced as a whole.
        asked: the server was asked to subscribe.
        acknowledged: it has said that it did.
        stands: what is published is heard.
    """

    def __init__(self, sender: bytes, rule: BusRule, tally: Tally) -> None:
        self.subscriptions: tuple[Subscription, ...] = ()
        self.asked = self.acknowledged = self.stands = False
        self._sender = sender
        self._rule = rule
        self._tally = tally
        self._tracker = SequenceTracker(missed=rule.missed)
        self._stood = self._lapsed = False
        self._unanswered = 0
        self._echo_at = self._heard_at = 0.0

    @property
    def hears(self) -> bool:
        """Whether everybody who should be heard is."""
        return self.stands and not self._tracker.silent

    def subscribed(self, now: float) -> None:
        """The server says that the subscription begins; that it says so again shows that it had ended."""
        self.broke()
        self.asked = self.acknowledged = True
        self._unanswered = 0
        self._tracker.begin(now)

    def broke(self) -> None:
        """The connection is gone."""
        self.asked = self.acknowledged = self.stands = False

    def beaten(self) -> None:
        """A beat was sent, or could not be."""
        self._unanswered += 1

    def hear(self, data: object, now: float) -> None:
        """Something arrived."""
        frame = parsed(data)
        if frame is None:
            self._tally.ignored += 1
            return
        self._heard_at, self._lapsed = now, False
        if frame.sender == self._sender:
            if isinstance(frame, Beat) and not frame.last:
                self._echoed(now)
        elif isinstance(frame, Beat):
            told = self._tracker.beat(frame.sender, frame.done, now, period=frame.period, lossless=frame.lossless)
            if told is Told.GAP:
                self._missed()
            if frame.last:
                self._tracker.farewell(frame.sender)
        else:
            self._tally.heard += 1
            told = self._tracker.message(frame.sender, frame.number, now)
            if told is Told.GAP:
                self._missed(told_anyway=frame.message.kind == "epoch")
            self._tell(frame.message)

    def look(self, now: float) -> None:
        """Nothing waits to be heard: see who is silent.

        Raises:
            Deaf: our own beats do not come back.
        """
        if self._unanswered >= self._rule.missed:
            raise Deaf("redis: the subscription is deaf")
        # What others sent is up to date only as far as our own beat is: after a pause of this process it is not.
        if self.stands and now - self._echo_at <= 2 * self._rule.heartbeat:
            silent = self._tracker.overdue(now)
            if silent:
                self._tally.silences += silent
                self.doubt()

    def lapse(self, now: float) -> None:
        """There is no connection: what is held is doubtful once nothing was heard for as long as the grace is."""
        if self._stood and not self._lapsed and now - self._heard_at >= self._rule.grace:
            self._lapsed = True
            self.doubt()

    def doubt(self) -> None:
        """Tell that anything may have changed."""
        self._tell(Invalidation(self._sender, 0, "epoch", ""))

    def failed(self, exc: Exception) -> list[Subscription]:
        """The connection failed: those who still wait for their subscription are told so and let go."""
        waiting = [one for one in self.subscriptions if not one.stands.done()]
        for one in waiting:
            one.live = False
            one.stands.set_exception(exc)
        return waiting

    def _echoed(self, now: float) -> None:
        self._echo_at = now
        self._unanswered = 0
        if self.acknowledged and not self.stands:
            if self._stood:
                self._tally.reconnects += 1
                self.doubt()
            self._stood = self.stands = True
        if self.stands:
            _resolve(self.subscriptions)

    def _missed(self, *, told_anyway: bool = False) -> None:
        self._tally.gaps += 1
        if not told_anyway:
            self.doubt()

    def _tell(self, message: Invalidation) -> None:
        for subscription in self.subscriptions:
            if subscription.live:
                try:
                    subscription.handler(message)
                except BaseException:  # noqa: BLE001 - nobody above this thread could do anything with it
                    self._tally.handler_errors += 1


def _resolve(subscriptions: Iterable[Subscription]) -> None:
    for one in subscriptions:
        if not one.stands.done():
            one.stands.set_result(None)
