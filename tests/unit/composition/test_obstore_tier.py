"""The engine obstore of an object tier: chosen by a setting, refused by name where it cannot do what is said."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket
from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from hexcache.composition.loading import load_settings
from hexcache.composition.object_buckets import Buckets
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.object_tier import buckets_of
from hexcache.domain.errors import InvalidSetting, MissingExtra

KEY = "c2VjcmV0"
TIERS = ["s3://bucket/cache", "gs://bucket/cache", "azure://account/container/cache"]


def buckets(tier: str, **options: Any) -> Buckets:
    (made,) = load_settings({"tiers": [f"{tier}{'&' if '?' in tier else '?'}engine=obstore"]}, variables={}).tiers
    assert isinstance(made, ObjectTierSettings)
    return buckets_of(made.model_copy(update=options))


@pytest.mark.parametrize("tier", TIERS)
def test_each_vendor_has_buckets_of_both_worlds(tier: str) -> None:
    found = buckets(tier)
    assert isinstance(found.blocking(), ObstoreBucket)
    assert found.awaited is not None
    assert isinstance(found.awaited(), AsyncObstoreBucket)


@pytest.mark.parametrize(
    ("tier", "named"),
    [
        ("s3://bucket?profile=work", "profile"),
        ("s3://bucket?expected_owner=1", "expected_owner"),
        ("gs://bucket?token_timeout=1s", "token_timeout"),
        (f"azure://account/container?create_container=true&account_key={KEY}", "create_container"),
    ],
)
def test_what_the_engine_cannot_keep_is_refused_by_tier_and_name(tier: str, named: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^tier '[a-z0-9]+': {named}: .*engine = 'sdk'"):
        buckets(tier)


def test_a_container_is_not_made_where_nobody_said_that_it_is() -> None:
    assert buckets(f"azure://account/container?account_key={KEY}").blocking() is not None


def test_a_wait_for_tokens_that_nobody_set_is_that_for_answers() -> None:
    assert buckets("gs://bucket?read_timeout=8s").blocking() is not None


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Have it not installed; modules that imported it before are imported anew."""
    for name in [name for name in sys.modules if "objects.obstore." in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)


@pytest.mark.parametrize("tier", TIERS)
def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tier: str) -> None:
    without(monkeypatch, "obstore")
    with pytest.raises(MissingExtra, match=r"hexcache\[obstore\]"):
        buckets(tier)


def test_an_identity_of_azure_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "azure.identity")
    with pytest.raises(MissingExtra, match=r"hexcache\[obstore,azure\]"):
        buckets("azure://account/container")
