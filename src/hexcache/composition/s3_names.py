"""LiteLLM's names for the settings of a tier on S3, for tables that were written for it.

Rule: such a name means what it means there, and stands for a setting of ours; both at once, or a name of LiteLLM's for
which there is no setting, is an error that says which to use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hexcache.domain.errors import InvalidSetting

NAMES: Final = {
    "s3_bucket_name": "bucket",
    "s3_region_name": "region",
    "s3_api_version": "api_version",
    "s3_use_ssl": "use_ssl",
    "s3_verify": "verify",
    "s3_endpoint_url": "endpoint_url",
    "s3_aws_access_key_id": "access_key_id",
    "s3_aws_secret_access_key": "secret_access_key",
    "s3_aws_session_token": "session_token",
    "s3_path": "prefix",
}
"""Their name, and ours."""

_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "1", "0"})


def renamed(table: Mapping[str, Any]) -> dict[str, Any]:
    """A tier's table by our names.

    Raises:
        InvalidSetting: a setting is said twice, or cannot be kept.
    """
    if "s3_config" in table:
        raise InvalidSetting("s3_config is an object of botocore; accepted: connect_timeout, read_timeout, connections")
    said = {name: value for name, value in table.items() if name in NAMES and value is not None}
    ours: dict[str, Any] = {name: value for name, value in table.items() if name not in NAMES}
    for name, given in said.items():
        setting, value = _understood(NAMES[name], given)
        if setting in ours:
            raise InvalidSetting(f"{name} and {setting} are both said; accepted: one of the two")
        ours[setting] = value
    return ours


def _understood(setting: str, value: Any) -> tuple[str, Any]:
    """A setting of ours, from what LiteLLM and boto3 take in its place."""
    if setting == "verify" and isinstance(value, str) and value.lower() not in _WORDS:
        return "ca_file", value  # boto3 takes the name of a file as well
    if setting == "prefix" and isinstance(value, str):
        return setting, value.rstrip("/")  # which is added by itself, as there
    return setting, value
