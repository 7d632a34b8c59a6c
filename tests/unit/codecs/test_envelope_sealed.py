"""With a secret in the pipeline nothing outside the payload can be edited either."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.domain.errors import Undecodable
from tests.unit.codecs.envelopes import (
    ADDRESS,
    KEY,
    PIPELINES,
    RECORD,
    fixed,
    transplant,
)

sealed_pipelines = pytest.mark.parametrize("name", ["signed", "encrypted", "all"])


@sealed_pipelines
class TestSealed:
    """With a secret in the pipeline nothing outside the payload can be edited either."""

    def test_a_forger_changes_no_byte(self, name: str) -> None:
        envelope = PIPELINES[name]()
        blob = envelope.encode(ADDRESS, RECORD)
        for at in range(len(blob) - 4):
            with pytest.raises(Undecodable):
                envelope.decode(ADDRESS, fixed(blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]))

    @pytest.mark.parametrize(
        "edit",
        [
            {"dead_at": 9e9}, {"fresh_until": 9e9}, {"created": 9e9}, {"cost": 0.0}, {"version": b"v2"}, {"deps": ()},
            {"deps": (("tag", b"87654321"), ("t", b""))}, {"deps": (("tag", b"1234567"), ("8t", b""))},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_payload_under_an_edited_head_does_not_authenticate(self, name: str, edit: dict[str, Any]) -> None:
        envelope = PIPELINES[name]()
        genuine, edited = envelope.encode(ADDRESS, RECORD), envelope.encode(ADDRESS, RECORD._replace(**edit))
        forged = transplant(envelope, genuine, edited)
        with pytest.raises(Undecodable) as caught:
            envelope.decode(ADDRESS, forged)
        assert caught.value.reason == "signature"

    def test_a_payload_under_the_head_of_another_address_does_not_authenticate(self, name: str) -> None:
        envelope = PIPELINES[name]()
        forged = transplant(envelope, envelope.encode("root:a", RECORD), envelope.encode("root/a:a", RECORD))
        with pytest.raises(Undecodable, match="signature"):
            envelope.decode("root/a:a", forged)

    def test_a_value_cannot_be_turned_into_a_negative_result(self, name: str) -> None:
        envelope = PIPELINES[name]()
        blob = envelope.encode(ADDRESS, RECORD._replace(payload=b""))
        forged = fixed(blob[:5] + b"\x01" + blob[6:])
        with pytest.raises(Undecodable, match="signature"):
            envelope.decode(ADDRESS, forged)

    def test_rotation_keeps_old_blobs_readable_until_the_key_goes(self, name: str) -> None:
        stage = HmacSigning if name == "signed" else AesGcm
        old = Envelope((stage({"old": b"o" * 32}),)).encode(ADDRESS, RECORD)
        during = Envelope((stage({"old": b"o" * 32, "new": KEY}, active="new"),))
        assert during.decode(ADDRESS, old) == RECORD
        with pytest.raises(Undecodable, match="signature"):
            Envelope((stage({"new": KEY}),)).decode(ADDRESS, old)
