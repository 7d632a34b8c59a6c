"""Other names for the settings of a tier on Azure Blob Storage: LiteLLM's, and the ``AZURE_STORAGE_*`` variables.

Rule: LiteLLM's names mean what they mean there; a setting by both names is an error. The variables, which are those of
Azure's own command line, are read for a tier that says no account itself: ``"azure:?container=cache"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hexcache.composition.secrets import FromVariable
from hexcache.domain.errors import InvalidSetting

NAMES: Final = {"azure_account_url": "account_url", "azure_blob_container": "container"}
"""LiteLLM's name, and ours."""

WHOLE: Final = "AZURE_STORAGE_CONNECTION_STRING"
VARIABLES: Final = {
    "AZURE_STORAGE_ACCOUNT": "account",
    "AZURE_STORAGE_KEY": "account_key",
    "AZURE_STORAGE_SAS_TOKEN": "sas_token",
}
"""Variables that are one setting each, unless the one before says all of it."""

_PLACES: Final = frozenset({"account", "account_url", "connection_string", "sas_url"})
_PROOFS: Final = frozenset({"account_key", "sas_token", "client_id"})


def named(table: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """A tier's table by our names, with what the variables say where it says no account.

    Raises:
        InvalidSetting: a setting is said twice.
    """
    ours: dict[str, Any] = {name: value for name, value in table.items() if name not in NAMES}
    for name, setting in NAMES.items():
        if table.get(name) is None:
            continue
        if setting in ours:
            raise InvalidSetting(f"{name} and {setting} are both said; accepted: one of the two")
        ours[setting] = table[name]
    return ours if _PLACES & ours.keys() else {**_from(variables, proven=bool(_PROOFS & ours.keys())), **ours}


def _from(variables: Mapping[str, str], *, proven: bool) -> dict[str, FromVariable]:
    """What the variables say; who asks only where the table does not say it."""
    said = {name: FromVariable.of(name, variables[name]) for name in (WHOLE, *VARIABLES) if variables.get(name)}
    if WHOLE in said and not proven:
        return {"connection_string": said[WHOLE]}
    told = {setting: said[name] for name, setting in VARIABLES.items() if name in said}
    if proven or "account_key" in told:  # as Azure's command line does, a key goes before a SAS
        told.pop("sas_token", None)
    if proven:
        told.pop("account_key", None)
    return told
