"""Life-cycle rules: they reach the tier's prefix alone, and remove nothing that may live."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from hexcache.adapters.outbound.objects.frame import HEAD_BYTES
from hexcache.composition.loading import load_settings
from hexcache.composition.object_lifecycle import lifecycle_of
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.lifetime import NEVER

DAY = 86_400.0


def section(url: str) -> ObjectTierSettings:
    (tier,) = load_settings({"tiers": [url]}, variables={}).tiers
    assert isinstance(tier, ObjectTierSettings)
    return tier


def rules(url: str, longest: float = 30 * DAY) -> Any:
    return lifecycle_of(section(url), longest)["rules"]


@pytest.mark.parametrize("longest", [DAY, NEVER])
@pytest.mark.parametrize("url", ["s3://bucket/cache/live", "s3://bucket"])
def test_the_rules_for_s3_are_what_its_api_takes(url: str, longest: float) -> None:
    model = get_session().get_service_model("s3").operation_model("PutBucketLifecycleConfiguration")
    request = {"Bucket": "bucket", "LifecycleConfiguration": rules(url, longest)}
    report = ParamValidator().validate(request, model.input_shape)
    assert not report.has_errors(), report.generate_report()


def test_placeholders_on_s3_are_told_by_their_size() -> None:
    small = rules("s3://bucket/cache", NEVER)["Rules"]
    assert [rule["Filter"] for rule in small] == [{"And": {"Prefix": "cache/", "ObjectSizeLessThan": HEAD_BYTES + 1}}]


@pytest.mark.parametrize(("longest", "days"), [(60.0, 2), (DAY, 2), (30 * DAY, 31), (30.5 * DAY, 32)])
def test_no_rule_by_age_comes_before_the_end_of_the_longest_life(longest: float, days: int) -> None:
    assert rules("s3://bucket/cache", longest)["Rules"][1]["Expiration"] == {"Days": days}
    action = rules("azure://account/container/cache", longest)["rules"][0]["definition"]["actions"]
    assert action == {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": days}}}


def test_lives_without_a_bound_have_no_rule_by_age() -> None:
    assert len(rules("s3://bucket/cache", NEVER)["Rules"]) == 1
    assert rules("azure://account/container/cache", NEVER)["rules"] == []


@pytest.mark.parametrize("longest", [DAY, NEVER])
def test_google_goes_by_each_objects_own_time(longest: float) -> None:
    (rule,) = rules("gs://bucket/cache", longest)["rule"]
    assert rule == {
        "action": {"type": "Delete"},
        "condition": {"daysSinceCustomTime": 1, "matchesPrefix": ["cache/"]},
    }


def test_rules_reach_the_prefix_alone_and_say_so_if_there_is_none() -> None:
    filters = rules("azure://account/container/cache")["rules"][0]["definition"]["filters"]
    assert filters["prefixMatch"] == ["container/cache/"]
    for url in ("s3://bucket", "gs://bucket", "azure://account/container"):
        assert "no prefix" in lifecycle_of(section(url), DAY)["note"]
        assert "no prefix" not in lifecycle_of(section(f"{url}/cache"), DAY)["note"]


def test_a_tier_without_rules_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="life-cycle"):
        lifecycle_of(ObjectTierSettings(scheme="other", name="other"), DAY)
