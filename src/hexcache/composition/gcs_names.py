"""Other names for the settings of a tier on Google Cloud Storage: LiteLLM's, and those of variables.

Rule: such a name means what it means there, and stands for a setting of ours; both at once is an error. A variable
counts where the tier itself says nothing of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hexcache.composition.secrets import FromVariable
from hexcache.domain.errors import InvalidSetting

NAMES: Final = {
    "gcs_bucket_name": "bucket",
    "gcs_path_service_account": "service_account_file",
    "gcs_path": "prefix",
}
"""LiteLLM's name, and ours."""

IDENTITIES: Final = ("service_account_file", "service_account_info", "anonymous")
"""Settings that say who asks; one of them at most."""

BUCKET: Final = "GCS_BUCKET_NAME"
SERVICE_ACCOUNT: Final = "GCS_PATH_SERVICE_ACCOUNT"
EMULATOR: Final = "STORAGE_EMULATOR_HOST"
"""Google's own variable for all its libraries: where an emulator listens, which needs no identity."""


def completed(table: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """A tier's table by our names, with what the variables say and it does not.

    Raises:
        InvalidSetting: a setting is said twice.
    """
    ours = _renamed(table)
    said = {name: FromVariable.of(name, variables[name]) for name in (BUCKET, SERVICE_ACCOUNT) if variables.get(name)}
    if "bucket" not in ours and BUCKET in said:
        ours["bucket"] = said[BUCKET]
    if not any(name in ours for name in IDENTITIES) and SERVICE_ACCOUNT in said:
        ours["service_account_file"] = said[SERVICE_ACCOUNT]
    emulator = variables.get(EMULATOR)
    if emulator and "api_endpoint" not in ours:
        url = emulator if "://" in emulator else f"http://{emulator}"
        ours["api_endpoint"] = FromVariable.of(EMULATOR, url)
        if not any(name in ours for name in IDENTITIES):
            ours["anonymous"] = True
    return ours


def _renamed(table: Mapping[str, Any]) -> dict[str, Any]:
    ours: dict[str, Any] = {name: value for name, value in table.items() if name not in NAMES}
    for name, value in table.items():
        if name not in NAMES or value is None:
            continue
        if NAMES[name] in ours:
            raise InvalidSetting(f"{name} and {NAMES[name]} are both said; accepted: one of the two")
        ours[NAMES[name]] = value.rstrip("/") if name == "gcs_path" and isinstance(value, str) else value
    return ours
