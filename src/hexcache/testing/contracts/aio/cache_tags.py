"""Laws of a cache about tags: what was stored with a tag goes with it, however it was stored and wherever it stands."""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.domain.errors import InvalidTag
from hexcache.domain.load import Loaded
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab, AsyncOrigin, OriginDown
from hexcache.testing.contracts.aio.primitives import start


class AsyncCacheTagLaws(AsyncCacheGround):
    """``invalidate_tags`` (never again) and ``expire_tags`` (stale from now on)."""

    async def test_an_invalidated_tag_takes_its_values_along(self, lab: AsyncLab) -> None:
        """What bears the tag is gone from every tier, what does not stays; what is stored later stays too."""
        cache = lab.open()
        await cache.set("k", "v", tags=["t", "u"])
        await cache.set("other", "o", tags=["u"])
        await cache.set("plain", "p")
        assert (await cache.invalidate_tags("t")).complete
        await self.misses(cache, lab.cold(cache))
        assert await cache.get_entry("k") is None
        for asked in (cache, lab.cold(cache)):
            assert await asked.get_many(["other", "plain"]) == {"other": "o", "plain": "p"}
        await cache.set("k", "anew", tags=["t"])
        await self.holds("anew", cache, lab.cold(cache))

    async def test_a_tag_that_nobody_bears_can_be_invalidated(self, lab: AsyncLab) -> None:
        """The first use of a tag may be its invalidation."""
        cache = lab.open()
        assert (await cache.invalidate_tags("t")).complete
        await cache.set("k", "v", tags=["t"])
        await self.holds("v", cache, lab.cold(cache))

    async def test_any_of_several_tags_is_enough(self, lab: AsyncLab) -> None:
        """A value depends on each of its tags; several tags may be named at once."""
        cache = lab.open()
        for key in ("a", "b", "c"):
            await cache.set(key, key, tags=[key, "all"])
        await cache.invalidate_tags("a", "b")
        assert await cache.get_many(["a", "b", "c"]) == {"c": "c"}
        await cache.invalidate_tags("all")
        assert await lab.cold(cache).get_many(["a", "b", "c"]) == {}

    async def test_an_expired_tag_makes_its_values_stale(self, lab: AsyncLab) -> None:
        """What bears the tag is not fresh any more, and still covers a failed load."""
        cache = lab.open(stale="if_error")
        await cache.set("k", "v", ttl=100, stale_ttl=100, tags=["t"])
        assert (await cache.expire_tags("t")).complete
        for asked in (cache, lab.cold(cache, stale="if_error")):
            await self.misses(asked)
            assert await asked.get_or_set("k", AsyncOrigin(OriginDown())) == "v"
        lab.clock.advance(90)  # past any back-off after the failed load
        assert await cache.get_or_set("k", AsyncOrigin("new")) == "new"

    async def test_an_invalidated_value_covers_no_failure(self, lab: AsyncLab) -> None:
        """T18: what was invalidated is not served as stale either, however badly the load fails."""
        for stale in ("if_error", "revalidate"):
            cache = lab.open(stale=stale)
            await cache.set("k", "purged", ttl=100, stale_ttl=1_000, tags=["t"])
            await cache.invalidate_tags("t")
            lab.clock.advance(150)
            for asked in (cache, lab.cold(cache, stale=stale)):
                with pytest.raises(OriginDown):
                    await asked.get_or_set("k", AsyncOrigin(OriginDown()))

    @pytest.mark.parametrize("how", ["invalidate_tags", "expire_tags"])
    async def test_a_tag_that_changes_during_a_load_takes_its_result_along(self, lab: AsyncLab, how: str) -> None:
        """T05: what was loaded before the change is not served as fresh after it; its caller alone gets it."""
        cache, origin = lab.open(stale="never"), AsyncOrigin("before the change", "after it")
        gate = origin.hold()
        loading = start(partial(cache.get_or_set, "k", origin, tags=["t"]))
        await gate.entered()
        await getattr(cache, how)("t")
        gate.release()
        assert await loading.result() == "before the change"
        await self.misses(cache, lab.cold(cache))
        assert await cache.get_or_set("k", origin, tags=["t"]) == "after it"

    async def test_a_tag_that_changes_during_a_refresh_takes_its_result_along(self, lab: AsyncLab) -> None:
        """T05: the same for a load that runs behind a stale value."""
        cache, origin = lab.open(stale="revalidate"), AsyncOrigin("before the change", "after it")
        await cache.set("k", "old", ttl=10, stale_ttl=100, tags=["t"])
        lab.clock.advance(20)
        gate = origin.hold()
        assert await cache.get_or_set("k", origin, tags=["t"]) == "old"
        await gate.entered()
        await cache.invalidate_tags("t")
        assert await cache.get_or_set("k", origin, tags=["t"]) == "after it"
        gate.release()
        await cache.flush()
        await self.holds("after it", cache, lab.cold(cache))

    async def test_tags_that_the_loader_names_are_stored(self, lab: AsyncLab) -> None:
        """T22: ``Loaded`` adds tags to those of the call; each of them takes the value along."""
        for tag in ("of the call", "of the loader"):
            cache = lab.open()
            origin = AsyncOrigin(Loaded("v", tags=["of the loader"]))
            assert await cache.get_or_set(tag, origin, tags=["of the call"]) == "v"
            view = await cache.get_entry(tag)
            assert view is not None
            assert sorted(view.tags) == ["of the call", "of the loader"]
            await cache.invalidate_tags(tag)
            await self.misses(cache, lab.cold(cache), key=tag)

    async def test_a_tag_whose_state_was_lost_is_not_trusted(self, lab: AsyncLab) -> None:
        """T17: a value whose tag nobody can vouch for is a miss, not a hit."""
        cache = lab.open()
        await cache.set("k", "v", tags=["t"])
        for store in lab.stores:
            for address in [address async for address in store.inner.scan("")]:
                if not address.endswith(":k"):
                    await store.inner.delete(address)
        if lab.stores:
            await self.misses(lab.cold(cache))

    async def test_a_tag_whose_state_cannot_be_read_is_not_trusted(self, lab: AsyncLab) -> None:
        """T17: while the state of a tag is out of reach, what bears it is a miss that the loader serves."""
        cache = lab.open()
        await cache.set("k", "v", tags=["t"])
        cold = lab.cold(cache)
        lab.fail("get", "get_many", where=lambda address: not address.endswith(":k"))
        if lab.stores:
            await self.misses(cold)
            assert await cold.get_or_set("k", AsyncOrigin("loaded"), tags=["t"]) == "loaded"
            lab.heal()
        await self.holds("v", lab.cold(cache))

    async def test_tags_belong_to_their_namespace(self, lab: AsyncLab) -> None:
        """The same tag in another namespace is another tag."""
        cache = lab.open()
        one, other = cache.namespace("one"), cache.namespace("other")
        await one.set("k", 1, tags=["t"])
        await other.set("k", 2, tags=["t"])
        await one.invalidate_tags("t")
        await self.misses(one)
        await self.holds(2, other)

    async def test_what_is_no_tag_is_refused(self, lab: AsyncLab) -> None:
        """Empty text, control characters and what is no text raise ``InvalidTag``; nothing is stored."""
        cache = lab.open()
        for tag in ("", "a\nb", 1):
            with pytest.raises(InvalidTag):
                await cache.set("k", "v", tags=[tag])  # type: ignore[list-item]  # the point of it
        await self.misses(cache)
