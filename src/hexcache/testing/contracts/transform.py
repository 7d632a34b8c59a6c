"""The contract of the transform port.

Rule: what was applied is reverted; of what was not, a stage that authenticates takes nothing.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.errors import Undecodable
from hexcache.ports.codec import Transform
from hexcache.testing.contracts.examples import MANY, REASONS
from hexcache.testing.strategies import blobs


class TransformContract:
    """Every law of the transform port: override ``transform``, and ``authenticates`` where the stage does."""

    authenticates = False

    @pytest.fixture
    def transform(self) -> Transform:
        """The stage under test; override it."""
        raise NotImplementedError("override the fixture `transform(self)`")

    def fails(self, transform: Transform, data: bytes, context: bytes) -> None:
        """Check that forged bytes are refused; a stage that does not authenticate may also give other bytes."""
        try:
            reverted = transform.revert(data, context)
        except Undecodable as refusal:
            assert refusal.reason in REASONS  # noqa: PT017  (bytes are right where nothing authenticates)
            return
        assert not self.authenticates, "a stage that authenticates took what it did not make"
        assert type(reverted) is bytes

    @MANY
    @given(data=blobs(max_size=4_000), context=blobs(max_size=100))
    def test_what_was_applied_is_reverted(self, transform: Transform, data: bytes, context: bytes) -> None:
        """``revert`` with an equal context gives back the very bytes."""
        reverted = transform.revert(transform.apply(data, context), context)
        assert type(reverted) is bytes
        assert reverted == data

    def test_large_data_comes_back_whole(self, transform: Transform) -> None:
        """A megabyte that compresses and one that does not."""
        for data in (b"ab" * 500_000, bytes((i * i) % 251 for i in range(1_000_000))):
            assert transform.revert(transform.apply(data, b"c"), b"c") == data

    @MANY
    @given(data=blobs(max_size=2_000), context=blobs())
    def test_foreign_bytes_are_undecodable(self, transform: Transform, data: bytes, context: bytes) -> None:
        """Bytes that the stage did not make raise ``Undecodable``."""
        self.fails(transform, data, context)

    @MANY
    @given(data=blobs(min_size=1, max_size=2_000), at=st.integers(0, 10**6), bit=st.integers(0, 7))
    def test_a_flipped_bit_is_undecodable(self, transform: Transform, data: bytes, at: int, bit: int) -> None:
        """A stage that authenticates refuses the change of any one bit."""
        made = bytearray(transform.apply(data, b"context"))
        made[at % len(made)] ^= 1 << bit
        self.fails(transform, bytes(made), b"context")

    @MANY
    @given(data=blobs(min_size=1, max_size=2_000), keep=st.integers(0, 10**6))
    def test_cut_bytes_are_undecodable(self, transform: Transform, data: bytes, keep: int) -> None:
        """A stage that authenticates refuses what was cut short, and what was added to."""
        made = transform.apply(data, b"context")
        self.fails(transform, made[: keep % len(made)], b"context")
        self.fails(transform, made + b"\0", b"context")

    def test_another_context_is_undecodable(self, transform: Transform) -> None:
        """A stage that authenticates binds its output to the context; any other gives the bytes back."""
        made = transform.apply(b"data" * 100, b"context")
        if not self.authenticates:
            assert transform.revert(made, b"another") == b"data" * 100
        self.fails(transform, made, b"another")

    def test_it_has_a_name(self, transform: Transform) -> None:
        """The name is short text for people."""
        assert 0 < len(transform.name) <= 200
