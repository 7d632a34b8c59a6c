"""Making tiers: what is not installed is named with its extra, and nothing is opened."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hexcache.composition.assemble import surroundings
from hexcache.composition.loading import load_settings
from hexcache.composition.parts import part_of
from hexcache.composition.tier_settings import GivenTierSettings
from hexcache.domain.errors import InvalidSetting

WITHOUT = """
import sys
sys.modules[{package!r}] = None
import hexcache
try:
    hexcache.open_cache(settings={settings!r})
except hexcache.MissingExtra as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("package", "settings", "extra"),
    [
        ("diskcache", {"tiers": ["disk:x"]}, "disk"),
        ("redis", {"tiers": ["redis://x"]}, "redis"),
        ("google.cloud.storage", {"tiers": ["gs://bucket"]}, "gcs"),
        ("zstandard", {"codec": {"compression": "zstd"}}, "zstd"),
        ("cryptography", {"codec": {"encryption": {"keys": {"a": "MDEyMzQ1Njc4OWFiY2RlZg=="}}}}, "crypto"),
    ],
)
def test_a_package_that_is_not_there_is_named_with_its_extra(package: str, settings: object, extra: str) -> None:
    script = WITHOUT.format(package=package, settings=settings)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert package in done.stdout
    assert f"install hexcache[{extra}]" in done.stdout


def test_a_stand_in_is_not_made_into_a_tier() -> None:
    around = surroundings(load_settings({}, variables={}))
    with pytest.raises(InvalidSetting, match="tier 'x' has settings of an unknown kind: GivenTierSettings"):
        part_of(GivenTierSettings(scheme="x", name="x"), around)
