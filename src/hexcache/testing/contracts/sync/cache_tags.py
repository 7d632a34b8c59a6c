# Generated from src/hexcache/testing/contracts/aio/cache_tags.py by tools/unasync.py. Do not edit.
"""Laws of a cache about tags: what was stored with a tag goes with it, however it was stored and wherever it stands."""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.domain.errors import InvalidTag
from hexcache.domain.load import Loaded
from hexcache.testing.contracts.sync.cache_ground import CacheGround, Lab, Origin, OriginDown
from hexcache.testing.contracts.sync.primitives import start


class CacheTagLaws(CacheGround):
    """``invalidate_tags`` (never again) and ``expire_tags`` (stale from now on)."""

    def test_an_invalidated_tag_takes_its_values_along(self, lab: Lab) -> None:
        """What bears the tag is gone from every tier, what does not stays; what is stored later stays too."""
        cache = lab.open()
        cache.set("k", "v", tags=["t", "u"])
        cache.set("other", "o", tags=["u"])
        cache.set("plain", "p")
        assert (cache.invalidate_tags("t")).complete
        self.misses(cache, lab.cold(cache))
        assert cache.get_entry("k") is None
        for asked in (cache, lab.cold(cache)):
            assert asked.get_many(["other", "plain"]) == {"other": "o", "plain": "p"}
        cache.set("k", "anew", tags=["t"])
        self.holds("anew", cache, lab.cold(cache))

    def test_a_tag_that_nobody_bears_can_be_invalidated(self, lab: Lab) -> None:
        """The first use of a tag may be its invalidation."""
        cache = lab.open()
        assert (cache.invalidate_tags("t")).complete
        cache.set("k", "v", tags=["t"])
        self.holds("v", cache, lab.cold(cache))

    def test_any_of_several_tags_is_enough(self, lab: Lab) -> None:
        """A value depends on each of its tags; several tags may be named at once."""
        cache = lab.open()
        for key in ("a", "b", "c"):
            cache.set(key, key, tags=[key, "all"])
        cache.invalidate_tags("a", "b")
        assert cache.get_many(["a", "b", "c"]) == {"c": "c"}
        cache.invalidate_tags("all")
        assert lab.cold(cache).get_many(["a", "b", "c"]) == {}

    def test_an_expired_tag_makes_its_values_stale(self, lab: Lab) -> None:
        """What bears the tag is not fresh any more, and still covers a failed load."""
        cache = lab.open(stale="if_error")
        cache.set("k", "v", ttl=100, stale_ttl=100, tags=["t"])
        assert (cache.expire_tags("t")).complete
        for asked in (cache, lab.cold(cache, stale="if_error")):
            self.misses(asked)
            assert asked.get_or_set("k", Origin(OriginDown())) == "v"
        lab.clock.advance(90)  # past any back-off after the failed load
        assert cache.get_or_set("k", Origin("new")) == "new"

    def test_an_invalidated_value_covers_no_failure(self, lab: Lab) -> None:
        """T18: what was invalidated is not served as stale either, however badly the load fails."""
        for stale in ("if_error", "revalidate"):
            cache = lab.open(stale=stale)
            cache.set("k", "purged", ttl=100, stale_ttl=1_000, tags=["t"])
            cache.invalidate_tags("t")
            lab.clock.advance(150)
            for asked in (cache, lab.cold(cache, stale=stale)):
                with pytest.raises(OriginDown):
                    asked.get_or_set("k", Origin(OriginDown()))

    @pytest.mark.parametrize("how", ["invalidate_tags", "expire_tags"])
    def test_a_tag_that_changes_during_a_load_takes_its_result_along(self, lab: Lab, how: str) -> None:
        """T05: what was loaded before the change is not served as fresh after it; its caller alone gets it."""
        cache, origin = lab.open(stale="never"), Origin("before the change", "after it")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin, tags=["t"]))
        gate.entered()
        getattr(cache, how)("t")
        gate.release()
        assert loading.result() == "before the change"
        self.misses(cache, lab.cold(cache))
        assert cache.get_or_set("k", origin, tags=["t"]) == "after it"

    def test_a_tag_that_changes_during_a_refresh_takes_its_result_along(self, lab: Lab) -> None:
        """T05: the same for a load that runs behind a stale value."""
        cache, origin = lab.open(stale="revalidate"), Origin("before the change", "after it")
        cache.set("k", "old", ttl=10, stale_ttl=100, tags=["t"])
        lab.clock.advance(20)
        gate = origin.hold()
        assert cache.get_or_set("k", origin, tags=["t"]) == "old"
        gate.entered()
        cache.invalidate_tags("t")
        assert cache.get_or_set("k", origin, tags=["t"]) == "after it"
        gate.release()
        cache.flush()
        self.holds("after it", cache, lab.cold(cache))

    def test_tags_that_the_loader_names_are_stored(self, lab: Lab) -> None:
        """T22: ``Loaded`` adds tags to those of the call; each of them takes the value along."""
        for tag in ("of the call", "of the loader"):
            cache = lab.open()
            origin = Origin(Loaded("v", tags=["of the loader"]))
            assert cache.get_or_set(tag, origin, tags=["of the call"]) == "v"
            view = cache.get_entry(tag)
            assert view is not None
            assert sorted(view.tags) == ["of the call", "of the loader"]
            cache.invalidate_tags(tag)
            self.misses(cache, lab.cold(cache), key=tag)

    def test_a_tag_whose_state_was_lost_is_not_trusted(self, lab: Lab) -> None:
        """T17: a value whose tag nobody can vouch for is a miss, not a hit."""
        cache = lab.open()
        cache.set("k", "v", tags=["t"])
        for store in lab.stores:
            for address in [address for address in store.inner.scan("")]:
                if not address.endswith(":k"):
                    store.inner.delete(address)
        if lab.stores:
            self.misses(lab.cold(cache))

    def test_a_tag_whose_state_cannot_be_read_is_not_trusted(self, lab: Lab) -> None:
        """T17: while the state of a tag is out of reach, what bears it is a miss that the loader serves."""
        cache = lab.open()
        cache.set("k", "v", tags=["t"])
        cold = lab.cold(cache)
        lab.fail("get", "get_many", where=lambda address: not address.endswith(":k"))
        if lab.stores:
            self.misses(cold)
            assert cold.get_or_set("k", Origin("loaded"), tags=["t"]) == "loaded"
            lab.heal()
        self.holds("v", lab.cold(cache))

    def test_tags_belong_to_their_namespace(self, lab: Lab) -> None:
        """The same tag in another namespace is another tag."""
        cache = lab.open()
        one, other = cache.namespace("one"), cache.namespace("other")
        one.set("k", 1, tags=["t"])
        other.set("k", 2, tags=["t"])
        one.invalidate_tags("t")
        self.misses(one)
        self.holds(2, other)

    def test_what_is_no_tag_is_refused(self, lab: Lab) -> None:
        """Empty text, control characters and what is no text raise ``InvalidTag``; nothing is stored."""
        cache = lab.open()
        for tag in ("", "a\nb", 1):
            with pytest.raises(InvalidTag):
                cache.set("k", "v", tags=[tag])  # type: ignore[list-item]  # the point of it
        self.misses(cache)
