"""The settings file that the settings page shows is one."""

from __future__ import annotations

import tomllib

from hexcache.composition.loading import load_settings
from tests.docs.pages import shown


def test_the_file_is_read_in_every_environment() -> None:
    table = tomllib.loads(shown("reference/settings.md")["hexcache.toml"])
    local = load_settings(table, variables={})
    assert (local.namespace, local.policy.ttl, local.policy.stale_ttl) == ("shop", 600, 86_400)
    assert [tier.name for tier in local.tiers] == ["memory", "disk"]
    test = load_settings(table, "test", variables={})
    assert [tier.name for tier in test.tiers] == ["memory"]
    assert test.policy == local.policy


def test_variables_have_the_last_word() -> None:
    table = tomllib.loads(shown("reference/settings.md")["hexcache.toml"])
    variables = {
        "HEXCACHE_NAMESPACE": "other",
        "HEXCACHE_POLICY__TTL": "10s",
        "HEXCACHE_TIERS__DISK__SIZE_LIMIT": "4GiB",
    }
    settings = load_settings(table, variables=variables)
    assert (settings.namespace, settings.policy.ttl) == ("other", 10)
    assert settings.model_dump()["tiers"][1]["size_limit"] == 4 * 1024**3


def test_tiers_may_be_said_in_one_variable() -> None:
    variables = {"HEXCACHE_TIERS": "memory:?max_items=50000 disk:/var/cache/shop"}
    assert [tier.name for tier in load_settings({}, variables=variables).tiers] == ["memory", "disk"]
