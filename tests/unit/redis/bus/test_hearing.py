"""What a channel's subscribers are told of what arrives, of what does not, and of connections that come and go."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis.bus.hearing import Deaf, Hearing
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.subscriptions import Handler, Subscription
from hexcache.adapters.outbound.redis.bus.tally import Tally
from hexcache.adapters.outbound.redis.bus.wire import Beat, Change, frame_of, frame_of_beat
from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.invalidation import Invalidation

OWN, OTHER = b"our node", b"their no"


class Ear:
    """A channel with one subscriber, at a time of the test's making."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.hearing = Hearing(OWN, BusRule(heartbeat=1.0, missed=3, grace=60.0), self.tally)
        self.got: list[Invalidation] = []
        self.subscription = self.subscribe(self.got.append)
        self.now = 0.0

    def subscribe(self, handler: Handler) -> Subscription:
        subscription = Subscription("t", handler)
        self.hearing.subscriptions = (*self.hearing.subscriptions, subscription)
        return subscription

    @property
    def kinds(self) -> list[str]:
        kinds: list[str] = [message.kind for message in self.got]
        self.got.clear()
        return kinds

    def beat(self, sender: bytes, done: int = 0, *, lossless: float = float("inf"), last: bool = False) -> None:
        self.hearing.hear(frame_of_beat(Beat(sender, done, 1.0, lossless, last)), self.now)

    def change(self, number: int, kind: str = "key", sender: bytes = OTHER) -> None:
        message = Invalidation(b"x", number, kind, "k")  # type: ignore[arg-type]  # one of them
        self.hearing.hear(frame_of(Change(sender, number, message)), self.now)

    def stand(self) -> None:
        """The server subscribes, and our beat comes back."""
        self.hearing.subscribed(self.now)
        self.tick()

    def tick(self, seconds: float = 0.0) -> None:
        """Time passes, and our beat comes back."""
        self.now += seconds
        self.hearing.beaten()
        self.beat(OWN)

    def look(self) -> None:
        self.hearing.look(self.now)


@pytest.fixture
def ear() -> Ear:
    ear = Ear()
    ear.stand()
    ear.beat(OTHER)
    return ear


class TestStanding:
    """When a subscription counts."""

    def test_it_stands_when_our_own_beat_has_come_back(self) -> None:
        ear = Ear()
        ear.hearing.subscribed(0.0)
        assert not ear.subscription.stands.done()
        ear.beat(OTHER)
        assert not ear.hearing.stands
        ear.beat(OWN)
        assert (ear.hearing.stands, ear.hearing.hears, ear.subscription.stands.result(0)) == (True, True, None)
        assert ear.kinds == []

    def test_a_farewell_of_ours_proves_nothing(self) -> None:
        ear = Ear()
        ear.hearing.subscribed(0.0)
        ear.beat(OWN, last=True)
        assert not ear.hearing.stands

    def test_what_comes_before_that_is_told_already(self) -> None:
        ear = Ear()
        ear.hearing.subscribed(0.0)
        ear.change(1)
        assert ear.kinds == ["key"]

    def test_who_joins_later_stands_with_the_next_beat_at_the_latest(self, ear: Ear) -> None:
        later = ear.subscribe(ear.got.append)
        ear.tick()
        assert later.stands.done()

    def test_it_is_deaf_when_three_of_our_beats_did_not_come_back(self, ear: Ear) -> None:
        for _ in range(2):
            ear.hearing.beaten()
        ear.look()
        ear.hearing.beaten()
        with pytest.raises(Deaf):
            ear.look()

    def test_a_beat_that_comes_back_starts_the_count_anew(self, ear: Ear) -> None:
        for _ in range(5):
            ear.hearing.beaten()
            ear.hearing.beaten()
            ear.beat(OWN)
            ear.look()

    def test_a_failed_connection_tells_those_who_wait_and_lets_them_go(self, ear: Ear) -> None:
        waiting = ear.subscribe(ear.got.append)
        error = StoreUnavailable("down")
        assert ear.hearing.failed(error) == [waiting]
        assert waiting.stands.exception(0) is error
        assert (waiting.live, ear.subscription.live) == (False, True)


class TestTelling:
    """What arrives."""

    def test_what_others_say_is_told_and_what_we_say_is_not(self, ear: Ear) -> None:
        ear.change(1)
        ear.change(1, sender=OWN)
        assert (ear.kinds, ear.tally.heard) == (["key"], 1)

    def test_what_comes_twice_or_late_is_told_again(self, ear: Ear) -> None:
        for number in (2, 1, 1, 2):
            ear.change(number)
        assert ear.kinds == ["key"] * 4

    def test_what_is_no_frame_is_counted_and_nothing_else(self, ear: Ear) -> None:
        for junk in (b"", b"hx", b"junk" * 50, None, 5):
            ear.hearing.hear(junk, ear.now)
        assert (ear.kinds, ear.tally.ignored) == ([], 5)

    def test_a_handler_that_fails_keeps_nobody_from_being_told(self, ear: Ear) -> None:
        def fail(_: Invalidation) -> None:
            raise SystemExit

        after: list[Invalidation] = []
        ear.subscribe(fail)
        ear.subscribe(after.append)
        ear.change(1)
        assert (len(after), ear.kinds, ear.tally.handler_errors) == (1, ["key"], 1)

    def test_who_has_ended_is_told_nothing(self, ear: Ear) -> None:
        ear.subscription.live = False
        ear.change(1)
        assert ear.kinds == []


class TestLosses:
    """What does not arrive."""

    def test_a_gap_is_told_as_one_epoch_of_nobody_s(self, ear: Ear) -> None:
        ear.change(1)
        ear.beat(OTHER, 5)
        ear.beat(OTHER, 5)
        assert [(m.kind, m.subject, m.seq) for m in ear.got] == [("key", "k", 1), ("epoch", "", 0)]
        assert (ear.tally.gaps, ear.got[-1].origin) == (1, OWN)

    def test_it_is_told_before_the_message_that_shows_it(self) -> None:
        ear = Ear()
        ear.stand()
        ear.beat(OTHER)
        for number in range(2, 8_195):
            ear.change(number)
        assert ear.kinds[-2:] == ["epoch", "key"]
        assert ear.tally.gaps == 1

    def test_an_epoch_that_shows_a_gap_is_enough_by_itself(self) -> None:
        ear = Ear()
        ear.stand()
        ear.beat(OTHER)
        for number in range(2, 8_195):
            ear.change(number, "epoch")
        assert len(ear.kinds) == 8_193
        assert ear.tally.gaps == 1

    def test_a_last_beat_shows_a_gap_as_well(self, ear: Ear) -> None:
        ear.beat(OTHER, 3, last=True)
        assert ear.kinds == ["epoch"]
        ear.tick(10)
        ear.look()
        assert (ear.kinds, ear.hearing.hears) == ([], True)

    def test_a_silent_node_is_told_once_and_not_everybody_is_heard_until_it_is_back(self, ear: Ear) -> None:
        ear.tick(3.0)
        ear.look()
        assert (ear.kinds, ear.hearing.hears) == ([], True)
        ear.tick(0.1)
        ear.look()
        ear.look()
        assert (ear.kinds, ear.hearing.hears, ear.tally.silences) == (["epoch"], False, 1)
        ear.beat(OTHER)
        assert (ear.kinds, ear.hearing.hears) == ([], True)

    def test_a_process_that_stood_still_does_not_take_the_others_for_silent(self, ear: Ear) -> None:
        ear.now += 100.0
        ear.look()
        ear.beat(OTHER)
        ear.tick()
        ear.look()
        assert (ear.kinds, ear.hearing.hears) == ([], True)


class TestConnections:
    """Connections that come and go."""

    def test_one_that_stands_again_makes_everything_doubtful_once(self, ear: Ear) -> None:
        ear.hearing.broke()
        assert not ear.hearing.hears
        ear.now += 5
        ear.hearing.subscribed(ear.now)
        assert (ear.kinds, ear.hearing.hears) == ([], False)
        ear.tick()
        ear.tick()
        assert (ear.kinds, ear.hearing.hears, ear.tally.reconnects) == (["epoch"], True, 1)

    def test_what_was_missed_meanwhile_is_no_further_gap(self, ear: Ear) -> None:
        ear.hearing.broke()
        ear.now += 5
        ear.stand()
        ear.change(8)
        ear.beat(OTHER, 8)
        assert ear.kinds == ["epoch", "key"]

    def test_a_client_that_connected_again_by_itself_is_caught(self, ear: Ear) -> None:
        ear.hearing.subscribed(ear.now)
        assert not ear.hearing.hears
        ear.tick()
        assert (ear.kinds, ear.tally.reconnects) == (["epoch"], 1)

    def test_nothing_heard_for_as_long_as_the_grace_is_makes_everything_doubtful_once(self, ear: Ear) -> None:
        ear.hearing.broke()
        for now in (30.0, 59.9, 60.0, 61.0, 500.0):
            ear.hearing.lapse(now)
        assert ear.kinds == ["epoch"]
        ear.now = 600.0
        ear.stand()
        assert ear.kinds == ["epoch"]
        ear.hearing.broke()
        ear.hearing.lapse(659.9)
        ear.hearing.lapse(660.0)
        assert ear.kinds == ["epoch"]

    def test_what_never_stood_cannot_lapse(self) -> None:
        ear = Ear()
        ear.hearing.lapse(1_000.0)
        assert ear.kinds == []
