"""The section ``codec``: how values become bytes.

Rule: every algorithm is chosen here and none by the data; keys are secrets and are never shown.
"""

from __future__ import annotations

import base64
import binascii
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from hexcache.composition.quantities import Bytes
from hexcache.composition.sections import Section

_HEX = "hex:"
_FORMS = 'accepted: base64, or hexadecimal digits behind "hex:"'


class KeySettings(Section, frozen=True):
    """Secret keys by id, so that they can be rotated: the active one writes, all of them read."""

    keys: dict[str, SecretStr] = Field(min_length=1)
    """Each key by its id, as base64 or as hexadecimal digits behind `hex:`."""
    active: str | None = None
    """The id of the key that writes; may be left out where there is one key."""

    @field_validator("keys")
    @classmethod
    def _decodable(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for key_id, key in keys.items():
            try:
                decoded(key)
            except ValueError:
                raise ValueError(f"key {key_id!r} cannot be decoded; {_FORMS}") from None
        return keys

    def ring(self) -> dict[str, bytes]:
        """The keys as bytes."""
        return {key_id: decoded(key) for key_id, key in self.keys.items()}


def decoded(key: SecretStr) -> bytes:
    """The bytes of a key.

    Raises:
        ValueError: it is written in no accepted way; the message says nothing of the key.
    """
    text = key.get_secret_value().strip()
    try:
        if text.startswith(_HEX):
            return bytes.fromhex(text.removeprefix(_HEX))
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (ValueError, binascii.Error):
        raise ValueError(_FORMS) from None


class CodecSettings(Section, frozen=True):
    """How values become bytes."""

    serializer: Literal["faithful", "json", "msgpack", "raw"] = "faithful"
    """`faithful` keeps value and type of what Python programs commonly cache; the others are plain formats."""
    shared_values: bool = False
    """Hand the same object to every caller instead of a copy: fastest, and callers must not change what they get."""
    compression: Literal["none", "zlib", "zstd"] = "none"
    """What payloads are compressed with; `zstd` needs the extra of that name."""
    compression_level: int | None = None
    """1 (fast) to 9 for zlib, to 22 for zstd; left out: 6 and 3."""
    compress_above: Bytes = 1024
    """Payloads of at most so many bytes are left alone."""
    encryption: KeySettings | None = None
    """Keys for AES-GCM, 16, 24 or 32 bytes each; needs the extra `crypto`."""
    signing: KeySettings | None = None
    """Keys for HMAC-SHA-256, at least 32 bytes each."""
