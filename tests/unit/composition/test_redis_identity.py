"""A Redis tier's password may be the identity that a cloud gives: by settings, by URL, by variables, one at a time."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.redis.credentials.provider import TokenProvider
from hexcache.composition.loading import checked
from hexcache.composition.redis_settings import RedisTierSettings
from hexcache.composition.tables import tier_table
from hexcache.domain.errors import InvalidSetting
from hexcache.testing import MovedClock

GOOGLE = {"identity": "google", "google_service_account": "cache@example.iam.gserviceaccount.com"}
AWS = {"identity": "aws", "aws_cache_name": "mine", "username": "app"}


def tier_of(tier: Any, variables: dict[str, str] | None = None) -> RedisTierSettings:
    made = checked({"tiers": [dict(tier_table(tier, variables or {}))]}).tiers[0]
    assert isinstance(made, RedisTierSettings)
    return made


@pytest.mark.parametrize("said", [GOOGLE, {"identity": "azure"}, AWS], ids=lambda said: said["identity"])
def test_an_identity_gives_each_connection_its_password(said: dict[str, str]) -> None:
    made = tier_of({"scheme": "rediss", **said}).connection(MovedClock().wall)
    assert isinstance(made.credential_provider, TokenProvider)
    assert made.username is made.password is None


def test_a_url_says_it_too() -> None:
    made = tier_of("rediss://host?identity=aws&aws_cache_name=mine&aws_region=eu-west-1")
    assert (made.identity, made.aws_cache_name, made.aws_region) == ("aws", "mine", "eu-west-1")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"REDIS_GCP_SERVICE_ACCOUNT": "a@b"}, ("google", "a@b", None, None)),
        ({"REDIS_AZURE_AD_TOKEN": "true", "REDIS_USERNAME": "me"}, ("azure", None, None, "me")),
        (
            {"REDIS_AWS_IAM_AUTH": "1", "REDIS_AWS_IAM_CACHE_NAME": "mine", "REDIS_AWS_IAM_USER_NAME": "app"},
            ("aws", None, "mine", "app"),
        ),
        ({"REDIS_AZURE_AD_TOKEN": "false", "REDIS_AWS_IAM_CACHE_NAME": "unused"}, (None, None, None, None)),
        ({"REDIS_GCP_SERVICE_ACCOUNT": "a@b", "REDIS_AWS_IAM_AUTH": "true"}, ("google", "a@b", None, None)),
    ],
    ids=["google", "azure", "aws", "none", "google before aws"],
)
def test_the_variables_of_the_clouds_choose_one(
    variables: dict[str, str], expected: tuple[str | None, str | None, str | None, str | None]
) -> None:
    made = tier_of("rediss:", {"REDIS_HOST": "host", **variables})
    assert (made.identity, made.google_service_account, made.aws_cache_name, made.username) == expected


def test_an_identity_goes_before_a_password_in_a_variable() -> None:
    made = tier_of("rediss:", {"REDIS_AZURE_AD_TOKEN": "yes", "REDIS_PASSWORD": "left"})
    assert (made.identity, made.password) == ("azure", None)


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ({"identity": "google"}, "needs google_service_account"),
        ({"identity": "aws"}, "needs aws_cache_name"),
        ({"aws_cache_name": "mine"}, "identity = 'aws'"),
        ({**GOOGLE, "azure_client_id": "x"}, "identity = 'azure'"),
        ({**GOOGLE, "password": "s3cret"}, "one of the two"),
        ({"identity": "ibm"}, "google"),
    ],
    ids=["google", "aws", "none", "azure", "password", "unknown"],
)
def test_what_does_not_fit_is_refused(said: dict[str, str], accepted: str) -> None:
    with pytest.raises(InvalidSetting, match=accepted) as caught:
        tier_of({"scheme": "rediss", **said})
    assert "s3cret" not in str(caught.value)


def test_half_a_client_is_refused_when_its_provider_is_made() -> None:
    with pytest.raises(InvalidSetting, match="client_id and tenant_id"):
        tier_of({"scheme": "rediss", "identity": "azure", "azure_client_secret": "s"}).connection()
