"""Encryption and signing of payloads, bound to where they belong.

Rule: the key id in a blob picks among the configured keys of the configured algorithm; it never picks an algorithm. A
payload that was made for another context (address, deadlines, format) does not authenticate.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Final

from hexcache.adapters.outbound.codecs.keyring import KeyRing, Keys, split_id, with_id
from hexcache.domain.errors import CodecError, MissingExtra, Undecryptable

_AES_SIZES: Final = range(16, 33, 8)
_NONCE: Final = 12
_TAG: Final = 16
_HMAC_SIZES: Final = range(32, 1 << 16)  # RFC 2104, section 3: keys shorter than the digest weaken it
_DIGEST: Final = hashlib.sha256().digest_size


class AesGcm:
    """AES-GCM (NIST SP 800-38D) by the ``cryptography`` package: nobody without a key reads or forges a payload.

    To rotate: add a key and make it active, and take the old one away when what it wrote has expired; payloads of a key
    that is gone are misses. Nonces are random, so a key is to be replaced before it has written 2**32 payloads (section
    8.3 of the standard).

    Args:
        keys: 16, 24 or 32 bytes each, by id; or a list, of which the first writes.
        active: the id of the key that writes; needed when ``keys`` is a mapping of several.
        nonces: where nonces come from: called with 12, returns so many bytes that never repeat. Only for tests.

    Raises:
        InvalidSetting: keys of another size or type, or no active one.
        MissingExtra: ``hexcache[crypto]`` is not installed.
    """

    __slots__ = ("_active", "_ciphers", "_header", "_invalid", "_nonces", "_ring_repr")

    def __init__(self, keys: Keys, active: str | None = None, *, nonces: Callable[[int], bytes] = os.urandom) -> None:
        ring = KeyRing(keys, active, _AES_SIZES)
        try:
            from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra, loaded only where it is used
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        except ImportError as exc:
            raise MissingExtra("AesGcm needs the cryptography package: install hexcache[crypto]") from exc
        self._ciphers = {key_id: AESGCM(key) for key_id, key in ring.keys.items()}
        self._active = self._ciphers[ring.active]
        self._header = with_id(ring.active)
        self._invalid = InvalidTag
        self._nonces = nonces
        self._ring_repr = repr(ring)

    @property
    def name(self) -> str:
        """``aes-gcm``."""
        return "aes-gcm"

    def apply(self, data: bytes, context: bytes, /) -> bytes:
        """Encrypt ``data`` and bind it to ``context``.

        Raises:
            CodecError: ``data`` is larger than the algorithm allows.
        """
        nonce = self._nonces(_NONCE)
        try:
            return self._header + nonce + self._active.encrypt(nonce, data, self._header + context)
        except OverflowError as exc:
            raise CodecError(f"a payload of {len(data)} bytes is too large to encrypt") from exc

    def revert(self, data: bytes, context: bytes, /) -> bytes:
        """Undo ``apply`` with an equal context.

        Raises:
            Undecryptable: made with another key or for another context, or changed since.
        """
        key_id, end = split_id(data)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise Undecryptable("no configured key has this id")
        if len(data) < end + _NONCE + _TAG:
            raise Undecryptable("too short")
        nonce = data[end : end + _NONCE]
        try:
            return cipher.decrypt(nonce, data[end + _NONCE :], data[:end] + context)
        except (self._invalid, OverflowError) as exc:
            raise Undecryptable("does not authenticate") from exc

    def __repr__(self) -> str:
        return f"AesGcm({self._ring_repr})"


class HmacSigning:
    """HMAC-SHA-256 (RFC 2104): anybody can read a payload, nobody without a key can forge one.

    Keys are rotated as with :class:`AesGcm`.

    Args:
        keys: at least 32 bytes each, by id; or a list, of which the first writes.
        active: the id of the key that writes; needed when ``keys`` is a mapping of several.

    Raises:
        InvalidSetting: keys that are too short or not bytes, or no active one.
    """

    __slots__ = ("_header", "_ring")

    def __init__(self, keys: Keys, active: str | None = None) -> None:
        self._ring = KeyRing(keys, active, _HMAC_SIZES)
        self._header = with_id(self._ring.active)

    @property
    def name(self) -> str:
        """``hmac-sha256``."""
        return "hmac-sha256"

    def apply(self, data: bytes, context: bytes, /) -> bytes:
        """Sign ``data`` together with ``context``."""
        return self._header + _mac(self._ring.keys[self._ring.active], self._header, context, data) + data

    def revert(self, data: bytes, context: bytes, /) -> bytes:
        """Undo ``apply`` with an equal context; compares in constant time.

        Raises:
            Undecryptable: signed with another key or for another context, or changed since.
        """
        key_id, end = split_id(data)
        key = self._ring.keys.get(key_id)
        if key is None:
            raise Undecryptable("no configured key has this id")
        signed = data[end + _DIGEST :]
        if not hmac.compare_digest(data[end : end + _DIGEST], _mac(key, data[:end], context, signed)):
            raise Undecryptable("does not authenticate")
        return signed

    def __repr__(self) -> str:
        return f"HmacSigning({self._ring!r})"


def _mac(key: bytes, header: bytes, context: bytes, data: bytes) -> bytes:
    """The parts behind their lengths, so that no byte can move from one part to the next unnoticed."""
    framing = len(header).to_bytes(8, "big") + len(context).to_bytes(8, "big")
    return hmac.digest(key, framing + header + context + data, "sha256")
