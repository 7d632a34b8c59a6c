"""Bad settings: each is refused by its place, its value and what is accepted, and nothing secret is shown."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.composition.loading import load_settings
from hexcache.domain.errors import InvalidSetting

BAD: list[tuple[dict[str, Any], str]] = [
    ({"polcy": {}}, r"polcy is no setting \(value: a table\); did you mean policy\?; accepted: bus, codec, "),
    ({"policy": {"tll": "5m"}}, r"policy\.tll is no setting \(value: '5m'\); did you mean ttl\?; accepted: beta, "),
    ({"policy": {"ttl": "soon"}}, r"policy\.ttl is 'soon': accepted: seconds as a number"),
    ({"policy": {"ttl": 0}}, r"policy\.ttl is 0: accepted: .*above zero"),
    ({"policy": {"jitter": 1}}, r"policy\.jitter is 1: accepted: less than 1"),
    ({"policy": {"stale": "always"}}, r"policy\.stale is 'always': accepted: 'revalidate', 'if_error' or 'never'"),
    ({"policy": {"strict": "perhaps"}}, r"policy\.strict is 'perhaps': accepted: a valid boolean"),
    ({"policy": 5}, "policy is 5: accepted: a valid dictionary"),
    ({"namespace": "a b"}, "namespace is 'a b'.*accepted are parts of letters"),
    ({"observers": ["loging"]}, r"observers\[0\] is 'loging': accepted: 'logging'"),
    ({"leases": "disk"}, "leases is 'disk'; accepted: auto, none, or a tier's name: memory"),
    ({"policy": {"lease_ttl": 0}}, "policy.lease_ttl is 0"),
    ({"policy": {"lease_poll": 0}}, "policy.lease_poll is 0"),
    ({"counters": "disk"}, "counters is 'disk'; accepted: the name of a tier: memory"),
    ({"tiers": []}, "a cache has at least one tier"),
    ({"tiers": 5}, "tiers is 5: accepted: a valid tuple"),
    ({"tiers": [5]}, r"tiers\[0\] is 5: accepted: "),
    ({"tiers": [{}]}, r"tiers\[0\].*unknown scheme 'None'"),
    ({"tiers": [{"scheme": "dsk"}]}, r"tiers\[0\].*unknown scheme 'dsk'.*did you mean disk\?.*memory, disk"),
    ({"tiers": ["memory:?max_itmes=5"]}, r"tiers\[0\]\.max_itmes is no setting.*did you mean max_items\?"),
    ({"tiers": ["memory:?max_items=many"]}, r"tiers\[0\]\.max_items is 'many': accepted: a valid integer"),
    ({"tiers": ["memory:?max_items=0"]}, r"tiers\[0\]\.max_items is '0': accepted: greater than or equal to 1"),
    ({"tiers": ["memory:?max_bytes=lots"]}, r"tiers\[0\]\.max_bytes is 'lots': accepted: a whole number of bytes"),
    ({"tiers": ["memory:?policy=mru"]}, r"tiers\[0\]\.policy is 'mru': accepted: 's3fifo', 'lru' or 'expiry'"),
    ({"tiers": ["memory:?deadline=1s"]}, r"tiers\[0\]\.deadline is no setting"),
    ({"tiers": ["disk:"]}, r"tiers\[0\]\.directory is ''"),
    ({"tiers": [{"scheme": "disk"}]}, r"tiers\[0\]\.directory is missing; it has no default"),
    ({"tiers": ["disk:x?breaker.failures=0"]}, r"tiers\[0\]\.breaker\.failures is '0'"),
    ({"tiers": ["disk:x?breaker.failure=1"]}, r"tiers\[0\]\.breaker\.failure is no setting.*did you mean failures\?"),
    ({"tiers": [{"scheme": "memory", "name": "a b"}]}, r"tiers\[0\]\.name is 'a b'"),
    ({"tiers": [{"scheme": "memory", "name": "a"}, {"scheme": "memory", "name": "a"}]}, "two tiers are called a"),
    ({"tiers": [{"scheme": "given"}]}, "unknown scheme 'given'"),
    ({"codec": {"serializer": "pickle"}}, r"codec\.serializer is 'pickle': accepted: 'faithful', 'json'"),
    ({"codec": {"encryption": {}}}, r"codec\.encryption\.keys is missing"),
    ({"codec": {"encryption": {"keys": {}}}}, r"codec\.encryption\.keys"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "said"), BAD, ids=[str(table)[:60] for table, _ in BAD])
def test_a_bad_setting_says_where_what_and_what_else(table: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidSetting, match=said):
        load_settings(table, variables={})


def test_several_mistakes_are_told_together() -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({"policy": {"ttl": 0, "beta": -1}, "tiers": ["memory:?x=1"]}, variables={})
    lines = str(caught.value).splitlines()
    assert lines[0] == "several settings are not usable:"
    assert [line.split(" is ")[0] for line in lines[1:]] == ["policy.ttl", "policy.beta", "tiers[0].x"]


def test_no_more_mistakes_are_told_than_can_be_read() -> None:
    table = {"policy": {f"wrong{number}": number for number in range(20)}}
    with pytest.raises(InvalidSetting, match="and 12 more"):
        load_settings(table, variables={})


@pytest.mark.parametrize(
    "table",
    [
        {"codec": {"encryption": {"keys": {"a": "hunter2!"}}}},
        {"codec": {"encryption": {"keys": "hunter2"}}},
        {"codec": {"encryption": {"key": "hunter2"}}},
        {"codec": {"encryption": "hunter2"}},
        {"tiers": ["memory:?password=hunter2"]},
        {"tiers": [{"scheme": "disk", "directory": "x", "api_key": "hunter2"}]},
        {"tiers": [{"scheme": "disk", "directory": "x", "url": "redis://:hunter2@host"}]},
        {"redis_url": "redis://:hunter2@host"},
    ],
)
def test_what_looks_like_a_secret_is_not_shown(table: dict[str, Any]) -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings(table, variables={})
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_long_value_is_cut() -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({"policy": {"ttl": "x" * 10_000}}, variables={})
    assert len(str(caught.value)) < 500
