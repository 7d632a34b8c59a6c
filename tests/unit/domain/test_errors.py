"""Every error belongs to one tree, can be caught as what it is in the language, and shows no value."""

from __future__ import annotations

import inspect

import pytest

from hexcache.domain import errors
from hexcache.domain.errors import (
    CacheError,
    IncompleteWrite,
    Undecodable,
    Undecryptable,
    UnsupportedValue,
)
from hexcache.domain.report import Effect, TierOutcome, WriteReport

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", CLASSES)
def test_each_is_in_the_tree_and_described(kind: type[Exception]) -> None:
    assert issubclass(kind, CacheError)
    assert kind.__doc__
    assert kind.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InvalidKey", ValueError),
        ("InvalidNamespace", ValueError),
        ("InvalidTag", ValueError),
        ("InvalidLifetime", ValueError),
        ("InvalidSetting", ValueError),
        ("MissingExtra", ImportError),
        ("CacheClosed", RuntimeError),
        ("WrongWorld", TypeError),
        ("Unsupported", RuntimeError),
        ("StoreTimeout", TimeoutError),
        ("UnsupportedValue", TypeError),
        ("LoadTimeout", TimeoutError),
        ("NotANumber", TypeError),
    ],
)
def test_some_are_what_the_language_calls_such_an_error(name: str, builtin: type[Exception]) -> None:
    assert issubclass(getattr(errors, name), builtin)


def test_an_unsupported_value_names_its_place() -> None:
    error = UnsupportedValue("$.user.tags[3]", "an object of class app.Tag", "str")
    assert str(error) == "cannot encode an object of class app.Tag at $.user.tags[3]; accepted: str"
    assert error.path == "$.user.tags[3]"


def test_an_undecodable_blob_has_a_reason_for_counters_and_a_detail_for_people() -> None:
    assert str(Undecodable("magic")) == "magic"
    assert str(Undecodable("version", "7 is not known")) == "version: 7 is not known"
    assert Undecodable("version", "7 is not known").reason == "version"


def test_what_does_not_authenticate_is_undecodable_for_its_signature() -> None:
    error = Undecryptable("no key fits")
    assert isinstance(error, Undecodable)
    assert error.reason == "signature"
    assert str(Undecryptable()) == "signature"


def test_an_incomplete_write_names_the_tiers_that_failed() -> None:
    outcomes = (
        TierOutcome("s3", Effect.FAILED, "secret detail"),
        TierOutcome("redis", Effect.QUEUED),
        TierOutcome("memory", Effect.DONE),
    )
    error = IncompleteWrite(WriteReport(outcomes))
    assert str(error) == "not every tier accepted the change; failed: s3, redis"
    assert error.report.outcomes == outcomes
