"""The settings whole: right in themselves, documented, and the same as what they configure."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.application.policy import CachePolicy
from hexcache.composition.buffer_settings import WriteBufferSettings
from hexcache.composition.bus_settings import BusSettings
from hexcache.composition.codec_settings import CodecSettings, KeySettings, decoded
from hexcache.composition.loading import load_settings
from hexcache.composition.policy_settings import PolicyOptions, PolicySettings
from hexcache.composition.settings import TIERS, CacheSettings
from hexcache.composition.tier_settings import BreakerSettings, DiskTierSettings, MemoryTierSettings
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.errors import InvalidSetting

SECTIONS: list[type[BaseModel]] = [
    CacheSettings, PolicySettings, BusSettings, CodecSettings, KeySettings, BreakerSettings, WriteBufferSettings,
    *TIERS.values(),
]  # fmt: skip


def load(table: dict[str, Any]) -> CacheSettings:
    return load_settings(table, variables={})


def test_the_policys_section_has_its_values_and_defaults() -> None:
    assert set(PolicySettings.model_fields) == {field.name for field in fields(CachePolicy)}
    assert PolicySettings().policy() == CachePolicy()


def test_the_policy_as_arguments_has_the_same_names() -> None:
    assert set(PolicyOptions.__annotations__) == set(PolicySettings.model_fields)


def test_the_breakers_section_has_its_values_and_defaults() -> None:
    assert BreakerSettings().rule() == BreakerRule()


def test_the_disks_section_has_the_adapters_defaults() -> None:
    section, adapter = DiskTierSettings(directory="x"), DiskSettings(directory="x")  # type: ignore[arg-type]  # text too
    for name in ("size_limit", "eviction_policy", "min_file_size", "deadline", "workers"):
        assert getattr(section, name) == getattr(adapter, name)


def test_the_bus_s_section_has_the_adapters_defaults() -> None:
    section, adapter = BusSettings(), BusRule()
    assert (section.heartbeat, section.missed, section.grace) == (adapter.heartbeat, adapter.missed, adapter.grace)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_setting_is_described(section: type[BaseModel]) -> None:
    undescribed = [name for name, field in section.model_fields.items() if not field.description and name != "scheme"]
    assert undescribed == []


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_settings_cannot_be_changed(section: type[BaseModel]) -> None:
    assert section.model_config.get("frozen")
    assert section.model_config.get("extra") == "forbid"


def test_without_a_word_there_is_one_memory_tier() -> None:
    settings = load({})
    assert [(tier.name, tier.scheme) for tier in settings.tiers] == [("memory", "memory")]
    assert (settings.namespace, settings.environment, settings.observers) == ("hexcache", "local", ("logging",))


def test_tiers_are_named_for_their_scheme_and_numbered() -> None:
    tiers = load({"tiers": ["memory:", "memory:", {"scheme": "memory", "name": "memory2"}, "memory-store:"]}).tiers
    assert [tier.name for tier in tiers] == ["memory", "memory3", "memory2", "memory_store"]


def test_a_preset_brings_what_was_not_said() -> None:
    (tier,) = load({"tiers": ["memory:?preset=litellm&max_items=300"]}).tiers
    assert isinstance(tier, MemoryTierSettings)
    assert tier.bounds == {"max_items": 300, "max_bytes": 200 * 2**20, "max_item_bytes": 2**20, "policy": "expiry"}


def test_the_limit_of_an_item_follows_from_the_limit_of_all() -> None:
    (tier,) = load({"tiers": ["memory:?max_bytes=8KiB"]}).tiers
    assert isinstance(tier, MemoryTierSettings)
    assert tier.bounds["max_item_bytes"] == 1024


def test_observers_are_words() -> None:
    assert load({"observers": "logging"}).observers == ("logging",)
    assert load({"observers": ""}).observers == ()
    assert load({"observers": []}).observers == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("c2l4dGVlbiBieXRlcyEh", b"sixteen bytes!!"),
        ("__-_", b"\xff\xff\xbf"),
        ("//+/", b"\xff\xff\xbf"),
        (" hex:00ff ", b"\x00\xff"),
    ],
)
def test_keys_are_base64_or_hexadecimal(text: str, key: bytes) -> None:
    assert decoded(SecretStr(text)) == key


@pytest.mark.parametrize("text", ["hunter2!", "hex:0", "hex:zz", "aGk", "hünter2="])
def test_a_key_of_another_form_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(InvalidSetting, match="key 'a' cannot be decoded; accepted: base64") as caught:
        load({"codec": {"encryption": {"keys": {"a": text}}}})
    assert text not in str(caught.value)


def test_secrets_are_not_in_a_repr() -> None:
    settings = load({"codec": {"signing": {"keys": {"a": "aHVudGVyMg=="}}}})
    assert "aHVudGVyMg" not in repr(settings)
    assert "hunter2" not in repr(settings)
    assert settings.codec.signing is not None
    assert settings.codec.signing.ring() == {"a": b"hunter2"}
