"""The contract of the serializer port.

Rule: a value comes back the same or is refused; whatever bytes are read, the outcome is a value or ``Undecodable``.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.errors import Undecodable, UnsupportedValue
from hexcache.ports.codec import Serializer
from hexcache.testing.contracts.examples import MANY, REASONS
from hexcache.testing.sameness import same
from hexcache.testing.strategies import blobs, faithful_values

Values: TypeAlias = st.SearchStrategy[Any]
MUTABLE = (list, dict, set, bytearray)


class SerializerContract:
    """Every law of the serializer port: override ``serializer``, and the hooks where the default codec keeps more."""

    @pytest.fixture
    def serializer(self) -> Serializer:
        """The serializer under test; override it."""
        raise NotImplementedError("override the fixture `serializer(self)`")

    @pytest.fixture
    def drawn(self) -> Values:
        """The strategy of :meth:`values`, made once a test."""
        return self.values()

    def values(self) -> Values:
        """Values that it must keep; by default, all that the faithful codec keeps."""
        return faithful_values()

    def refused(self) -> Sequence[object]:
        """Values that it must refuse."""
        return [object(), lambda: None, [1, {"a": object()}], type("Odd", (), {})()]

    @MANY
    @given(data=st.data())
    def test_a_value_comes_back_the_same(self, serializer: Serializer, drawn: Values, data: st.DataObject) -> None:
        """Equal, and of the same type all the way down: no tuple becomes a list, no bool an int."""
        value = data.draw(drawn)
        payload = serializer.dumps(value)
        assert type(payload) is bytes
        assert same(value, serializer.loads(payload))

    @MANY
    @given(data=st.data())
    def test_each_read_gives_a_value_of_its_own(
        self, serializer: Serializer, drawn: Values, data: st.DataObject
    ) -> None:
        """What one reader does to its value, no other reader sees."""
        value = data.draw(drawn)
        payload = serializer.dumps(value)
        first, untouched = serializer.loads(payload), copy.deepcopy(value)
        if isinstance(first, MUTABLE):
            assert first is not value
            first.clear()
        assert same(untouched, serializer.loads(payload))
        assert same(untouched, value)

    def test_what_cannot_be_kept_is_refused(self, serializer: Serializer) -> None:
        """A value that would come back changed raises ``UnsupportedValue`` with the path to the trouble."""
        for value in self.refused():
            with pytest.raises(UnsupportedValue) as caught:
                serializer.dumps(value)
            assert caught.value.path.startswith("$")

    @MANY
    @given(payload=blobs())
    def test_foreign_bytes_are_undecodable_or_a_value(self, serializer: Serializer, payload: bytes) -> None:
        """Any bytes whatever: ``Undecodable`` or a value, no other error."""
        try:
            serializer.loads(payload)
        except Undecodable as refusal:
            assert refusal.reason in REASONS  # noqa: PT017  (a value is right as well)

    @MANY
    @given(data=st.data())
    def test_a_cut_payload_is_never_the_value(self, serializer: Serializer, drawn: Values, data: st.DataObject) -> None:
        """The beginning of a payload is ``Undecodable`` or some other value."""
        value = data.draw(drawn)
        payload = serializer.dumps(value)
        cut = payload[: data.draw(st.integers(0, max(0, len(payload) - 1)))]
        if cut == payload:
            return
        try:
            assert not same(value, serializer.loads(cut))
        except Undecodable as refusal:
            assert refusal.reason in REASONS  # noqa: PT017  (another value is right as well)

    @MANY
    @given(data=st.data())
    def test_only_the_immutable_is_shared(self, serializer: Serializer, drawn: Values, data: st.DataObject) -> None:
        """What ``shares`` allows to hand to everybody holds nothing that can be changed."""
        value = data.draw(drawn)
        if serializer.shares(value):
            assert immutable(value)
            assert same(value, serializer.loads(serializer.dumps(value)))

    def test_shares_never_fails(self, serializer: Serializer) -> None:
        """What cannot be told is not shared."""
        for value in (*self.refused(), [], {}, set(), bytearray()):
            assert serializer.shares(value) is False

    def test_it_has_a_name(self, serializer: Serializer) -> None:
        """The name is short text for people."""
        assert 0 < len(serializer.name) <= 200


def immutable(value: object) -> bool:
    """Whether nothing inside a value can be changed."""
    if isinstance(value, tuple | frozenset):
        return all(immutable(part) for part in value)
    return not isinstance(value, MUTABLE)
