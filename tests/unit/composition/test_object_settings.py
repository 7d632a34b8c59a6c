"""The sections of object tiers: what the three have in common, from tables and from URLs."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.objects.settings import ConnectionSettings, ObjectStoreSettings
from hexcache.composition.loading import load_settings
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.object_vendors import VENDORS
from hexcache.domain.errors import InvalidSetting


def section(tier: Any) -> ObjectTierSettings:
    (made,) = load_settings({"tiers": [tier]}, variables={}).tiers
    assert isinstance(made, ObjectTierSettings)
    return made


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://bucket", {"bucket": "bucket", "prefix": ""}),
        ("s3://bucket/", {"bucket": "bucket", "prefix": ""}),
        ("s3://bucket/one/t%20wo?deadline=5s", {"bucket": "bucket", "prefix": "one/t wo", "deadline": 5.0}),
        ("gs://bucket/cache?conditional=false", {"bucket": "bucket", "prefix": "cache", "conditional": False}),
        ("azure://account/container/a/b", {"account": "account", "container": "container", "prefix": "a/b"}),
    ],
)
def test_a_url_is_a_table(url: str, said: dict[str, Any]) -> None:
    made = section(url)
    assert {name: getattr(made, name) for name in said} == said


@pytest.mark.parametrize("scheme", VENDORS)
def test_a_tier_is_called_by_its_scheme(scheme: str) -> None:
    vendor = VENDORS[scheme]
    table = {"scheme": scheme, **dict.fromkeys(vendor.places, "somewhere")}
    made = section(table)
    assert type(made) is vendor.section
    assert made.name == scheme
    assert made == section(f"{scheme}://{'/'.join('somewhere' for _ in vendor.places)}")


def test_the_sections_have_the_adapters_defaults() -> None:
    made = section("s3://bucket")
    assert made.connection() == ConnectionSettings()
    assert made.store(600.0) == ObjectStoreSettings()


def test_a_short_deadline_shortens_the_waits_that_nobody_set() -> None:
    made = section("s3://bucket?deadline=500ms")
    assert (made.connect_timeout, made.read_timeout) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("deadline=0", "deadline"),
        ("deadline=2s&read_timeout=3s", "read_timeout"),
        ("connections=0", "connections"),
        ("workers=257", "workers"),
        ("engine=curl", "engine"),
        ("buckets=3", "buckets"),
        ("min_value_bytes=-1", "min_value_bytes"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(options: str, named: str) -> None:
    with pytest.raises(InvalidSetting, match=named):
        section(f"s3://bucket?{options}")


@pytest.mark.parametrize("prefix", ["/a", "a/", "a//b", ".", "a/../b", "a\\b", "a\nb", "p" * 256, "a/" * 128 + "a"])
def test_a_prefix_that_something_would_read_otherwise_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidSetting, match="prefix"):
        section({"scheme": "s3", "bucket": "bucket", "prefix": prefix})
    with pytest.raises(InvalidSetting, match="prefix"):
        ObjectStoreSettings(prefix=prefix)
