"""Encryption and signing: only holders of a key write what is believed, and only where they wrote it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.keyring import KeyRing
from hexcache.domain.errors import CodecError, InvalidSetting, MissingExtra, Undecodable, Undecryptable
from tests.unit.domain.laws import law

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
Stage = AesGcm | HmacSigning
Make = Callable[..., Stage]
both = pytest.mark.parametrize("make", [AesGcm, HmacSigning])


@both
class TestBoth:
    """Laws of both stages."""

    @law
    @given(data=st.binary(max_size=200), context=st.binary(max_size=60))
    def test_what_was_written_comes_back(self, make: Make, data: bytes, context: bytes) -> None:
        stage = make({"k": NEW})
        assert stage.revert(stage.apply(data, context), context) == data

    @law
    @given(data=st.binary(max_size=60), context=st.binary(max_size=20), other=st.binary(max_size=20))
    def test_another_context_does_not_authenticate(self, make: Make, data: bytes, context: bytes, other: bytes) -> None:
        stage = make({"k": NEW})
        if context != other:
            with pytest.raises(Undecryptable):
                stage.revert(stage.apply(data, context), other)

    def test_bytes_cannot_move_between_context_and_data(self, make: Make) -> None:
        stage = make({"k": NEW})
        sealed = stage.apply(b"bcd", b"a")
        with pytest.raises(Undecryptable):
            stage.revert(sealed[:-3] + b"cd", b"ab")

    @pytest.mark.parametrize("flip", [1, 0x80, 0xFF])
    def test_no_byte_can_be_changed(self, make: Make, flip: int) -> None:
        stage = make({"k": NEW, "j": OLD}, active="k")
        sealed = stage.apply(b"some payload", b"context")
        for at in range(len(sealed)):
            with pytest.raises(Undecryptable):
                stage.revert(sealed[:at] + bytes([sealed[at] ^ flip]) + sealed[at + 1 :], b"context")

    def test_nothing_can_be_cut_off_or_added(self, make: Make) -> None:
        stage = make({"k": NEW})
        sealed = stage.apply(b"some payload", b"context")
        for tried in (*(sealed[:end] for end in range(len(sealed))), sealed + b"x", b"x" + sealed):
            with pytest.raises(Undecryptable):
                stage.revert(tried, b"context")

    @law
    @given(data=st.binary(max_size=120))
    def test_no_bytes_from_elsewhere_are_believed(self, make: Make, data: bytes) -> None:
        stage = make({"k": NEW})
        for tried in (data, b"\x01k" + data):
            with pytest.raises(Undecryptable):
                stage.revert(tried, b"")

    def test_a_failure_is_a_miss_with_the_reason_signature(self, make: Make) -> None:
        with pytest.raises(Undecodable) as caught:
            make({"k": NEW}).revert(b"nonsense", b"")
        assert caught.value.reason == "signature"

    def test_rotation_reads_the_old_key_and_writes_the_new(self, make: Make) -> None:
        before = make({"2024": OLD})
        during = make({"2024": OLD, "2025": NEW}, active="2025")
        after = make({"2025": NEW})
        sealed = before.apply(b"payload", b"c")
        assert during.revert(sealed, b"c") == b"payload"
        assert after.revert(during.apply(b"payload", b"c"), b"c") == b"payload"
        with pytest.raises(Undecryptable):
            after.revert(sealed, b"c")
        with pytest.raises(Undecryptable):
            before.revert(during.apply(b"payload", b"c"), b"c")

    def test_a_list_rotates_by_putting_the_new_key_first(self, make: Make) -> None:
        sealed = make([OLD]).apply(b"payload", b"c")
        assert make([NEW, OLD]).revert(sealed, b"c") == b"payload"
        assert make([OTHER, NEW]).revert(make([NEW, OLD]).apply(b"payload", b"c"), b"c") == b"payload"
        with pytest.raises(Undecryptable):
            make([NEW, OTHER]).revert(sealed, b"c")

    def test_an_id_does_not_vouch_for_a_key(self, make: Make) -> None:
        with pytest.raises(Undecryptable):
            make({"k": OTHER}).revert(make({"k": NEW}).apply(b"payload", b"c"), b"c")

    def test_the_id_is_authenticated(self, make: Make) -> None:
        sealed = make({"a": NEW}).apply(b"payload", b"c")
        with pytest.raises(Undecryptable):
            make({"a": NEW, "b": NEW}, active="a").revert(b"\x01b" + sealed[2:], b"c")

    @pytest.mark.parametrize("keys", [{"k": OLD}, {"j": OLD, "k": NEW}, [OLD, NEW]], ids=["one", "two", "list"])
    def test_no_key_is_shown(self, make: Make, keys: Any) -> None:
        stage = make(keys, active="k" if isinstance(keys, dict) else None)
        for shown in (repr(stage), str(stage), repr(getattr(stage, "_ring", ""))):
            assert "oooo" not in shown
            assert "nnnn" not in shown
            assert OLD.hex() not in shown
        assert repr(stage).startswith(f"{type(stage).__name__}(keys=[")

    @pytest.mark.parametrize(
        ("keys", "active", "says"),
        [
            ({}, None, "at least one"),
            ([], None, "at least one"),
            (OLD, None, "mapping"),
            ("secret-secret-secret-secret-secret", None, "mapping"),
            (None, None, "mapping"),
            ({"k": b"secret"}, None, "has 6 bytes; accepted: "),
            ({"k": "secret-secret-secret-secret-secret"}, None, "is str; accepted: bytes"),
            ({"k": None}, None, "is NoneType"),
            (["secret-secret-secret-secret-secret"], None, "not str"),
            ({"": OLD}, None, "1 to 64"),
            ({"k" * 65: OLD}, None, "1 to 64"),
            ({"\u00e9": OLD}, None, "ASCII"),
            ({"a\n": OLD}, None, "ASCII"),
            ({1: OLD}, None, "ASCII"),
            ({"a": OLD, "b": NEW}, None, "active is None; accepted: one of the key ids 'a', 'b'"),
            ({"a": OLD}, "z", "active is 'z'"),
            ([OLD], "z", "active is 'z'"),
        ],
    )
    def test_bad_keys_are_refused_without_showing_them(self, make: Make, keys: Any, active: Any, says: str) -> None:
        with pytest.raises(InvalidSetting) as caught:
            make(keys, active)
        assert says in str(caught.value)
        assert "secret" not in str(caught.value)
        assert "oooo" not in str(caught.value)


class TestAesGcm:
    """What is particular to encryption."""

    @pytest.mark.parametrize("size", [16, 24, 32])
    def test_the_sizes_of_aes_are_accepted(self, size: int) -> None:
        stage = AesGcm([bytes(size)])
        assert stage.revert(stage.apply(b"a", b""), b"") == b"a"

    @pytest.mark.parametrize("size", [0, 15, 17, 31, 33, 64])
    def test_other_sizes_are_refused(self, size: int) -> None:
        with pytest.raises(InvalidSetting, match="accepted: 16, 24, 32"):
            AesGcm({"k": bytes(size)})

    def test_the_payload_cannot_be_read(self) -> None:
        assert b"confidential" not in AesGcm([NEW]).apply(b"confidential" * 10, b"")

    def test_equal_payloads_differ_when_encrypted(self) -> None:
        stage = AesGcm([NEW])
        assert len({stage.apply(b"same", b"") for _ in range(100)}) == 100

    def test_the_nonce_is_asked_for_each_time(self) -> None:
        nonces = iter([b"1" * 12, b"2" * 12])
        stage = AesGcm({"k": NEW}, nonces=lambda size: next(nonces)[:size])
        assert stage.apply(b"a", b"")[2:14] == b"1" * 12
        assert stage.apply(b"a", b"")[2:14] == b"2" * 12

    def test_a_payload_beyond_the_limit_of_the_algorithm_is_a_typed_error(self) -> None:
        stage = AesGcm({"k": NEW}, nonces=bytes)
        stage._active = Overflowing()  # type: ignore[assignment]  # 2 GiB of payload are too much for a test
        with pytest.raises(CodecError, match="too large"):
            stage.apply(b"abc", b"")

    def test_without_the_package_it_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
        with pytest.raises(MissingExtra, match=r"hexcache\[crypto\]"):
            AesGcm([NEW])


class Overflowing:
    def encrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
        raise OverflowError


class TestHmac:
    """What is particular to signing."""

    def test_the_payload_stays_readable(self) -> None:
        assert HmacSigning([NEW]).apply(b"open text", b"").endswith(b"open text")

    def test_short_keys_are_refused(self) -> None:
        with pytest.raises(InvalidSetting, match="accepted: at least 32"):
            HmacSigning({"k": bytes(31)})

    def test_neither_stage_believes_the_other(self) -> None:
        for one, other in ((AesGcm([NEW]), HmacSigning([NEW])), (HmacSigning([NEW]), AesGcm([NEW]))):
            with pytest.raises(Undecryptable):
                other.revert(one.apply(b"payload", b""), b"")
            assert one.name != other.name


def test_ids_of_listed_keys_do_not_depend_on_their_place() -> None:
    one, other = KeyRing([OLD, NEW], None, range(32, 33)), KeyRing([NEW, OLD], None, range(32, 33))
    assert one.keys == other.keys
    assert one.active != other.active
