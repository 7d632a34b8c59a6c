"""The codec that settings describe: what is stored is what they say."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

import hexcache
from hexcache.domain.errors import InvalidSetting, UnsupportedValue

KEY = base64.b64encode(b"k" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()
WORDS = "a secret in plain words " * 200


def blob(directory: Path, **codec: Any) -> bytes:
    """What a disk tier holds of a value under these settings."""
    settings = {"tiers": [f"disk:{directory}"], "codec": codec}
    with hexcache.open_cache(settings=settings) as cache:
        cache.set("words", WORDS)
        assert cache.get("words") == WORDS
        found: Any = cache._use.tiers[0].store.get("hexcache:words")
        return bytes(found.blob)


def test_without_a_word_a_value_is_stored_as_it_is(tmp_path: Path) -> None:
    assert b"a secret in plain words" in blob(tmp_path)


@pytest.mark.parametrize("codec", [{"compression": "zlib"}, {"compression": "zstd", "compression_level": 9}])
def test_a_large_value_is_compressed(tmp_path: Path, codec: dict[str, Any]) -> None:
    assert len(blob(tmp_path, **codec)) < len(WORDS) // 10


def test_a_value_below_the_limit_is_not(tmp_path: Path) -> None:
    assert b"a secret in plain words" in blob(tmp_path, compression="zlib", compress_above="1MiB")


def test_encryption_leaves_nothing_to_read(tmp_path: Path) -> None:
    assert b"secret" not in blob(tmp_path, encryption={"keys": {"a": KEY}})


def test_keys_are_rotated(tmp_path: Path) -> None:
    def opened(keys: dict[str, str], active: str) -> Any:
        codec = {"encryption": {"keys": keys, "active": active}}
        return hexcache.open_cache(settings={"tiers": [f"disk:{tmp_path}"], "codec": codec})

    with opened({"old": KEY}, "old") as cache:
        cache.set("words", WORDS)
    with opened({"old": KEY, "new": OTHER}, "new") as cache:
        assert cache.get("words") == WORDS
        cache.set("more", WORDS)
    with opened({"new": OTHER}, "new") as cache:
        assert cache.get("words") is None
        assert cache.get("more") == WORDS


def test_what_is_signed_otherwise_is_a_miss(tmp_path: Path) -> None:
    blob(tmp_path, signing={"keys": {"a": KEY}})
    codec = {"signing": {"keys": {"a": OTHER}}}
    with hexcache.open_cache(settings={"tiers": [f"disk:{tmp_path}"], "codec": codec}) as cache:
        assert cache.get("words") is None
        assert cache.stats()["tiers"]["disk"]["undecodable"] == 1


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ({"compression": "zlib", "compression_level": 10}, "level is 10; accepted: 1 to 9"),
        ({"compression_level": 3}, "compression_level is set, but codec.compression is 'none'"),
        ({"encryption": {"keys": {"a": "aGVsbG8="}}}, "key 'a' has 5 bytes; accepted: 16, 24, 32"),
        ({"signing": {"keys": {"a": "aGVsbG8="}}}, "key 'a' has 5 bytes; accepted: at least 32"),
        ({"encryption": {"keys": {"a": KEY, "b": OTHER}}}, "active is None; accepted: one of the key ids 'a', 'b'"),
        ({"encryption": {"keys": {"a": KEY}, "active": "b"}}, "active is 'b'"),
    ],
)
def test_a_codec_that_cannot_work_is_refused_when_it_is_built(codec: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidSetting, match=said):
        hexcache.open_cache(settings={"tiers": ["memory:"], "codec": codec})


@pytest.mark.parametrize(("serializer", "value"), [("json", (1, 2)), ("msgpack", {1, 2}), ("raw", 3)])
def test_a_named_serializer_refuses_what_its_format_cannot_hold(serializer: str, value: Any) -> None:
    with hexcache.open_cache("memory-store:", settings={"codec": {"serializer": serializer}}) as cache:
        cache.set("a", "text")
        assert cache.get("a") == "text"
        with pytest.raises(UnsupportedValue):
            cache.set("a", value)
        assert cache.get("a") == "text"


def test_shared_values_are_the_same_object() -> None:
    value = {"a": [1]}
    with hexcache.open_cache("memory:", settings={"codec": {"shared_values": True}}) as cache:
        cache.set("a", value)
        assert cache.get("a") is value
