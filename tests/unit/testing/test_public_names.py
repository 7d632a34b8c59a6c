"""The kit's names are there, load when they are used, and the plug-in changes nothing that nobody asked for."""

import subprocess
import sys

import pytest

from hexcache import testing
from hexcache.testing import MovedClock, ProviderOverrides, SeededEntropy

HEAVY = ("hypothesis", "asyncio", "pytest_asyncio", "hexcache.testing.contracts", "hexcache.testing.clock")


@pytest.mark.parametrize("name", testing.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(testing, name).__name__ == name
    assert name in dir(testing)


def test_names_are_sorted_and_have_a_home() -> None:
    assert testing.__all__ == sorted(testing._HOMES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        testing.Nothing  # noqa: B018


def test_the_plug_in_is_cheap_to_load() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import hexcache.testing.plugin\n"
        f"print([name for name in {HEAVY!r} if name in set(sys.modules) - before])"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"


def test_the_fixtures_are_there(moved_clock: MovedClock, seeded_entropy: SeededEntropy) -> None:
    assert moved_clock.wall() == MovedClock().wall()
    assert seeded_entropy.random() == SeededEntropy().random()


class Provider:
    """A provider as dependency_injector has it."""

    def __init__(self) -> None:
        self.given: list[object] = ["own"]

    def override(self, provider: object) -> None:
        self.given.append(provider)

    def reset_last_overriding(self) -> None:
        self.given.pop()


def test_overrides_are_undone(provider_overrides: ProviderOverrides) -> None:
    provider = Provider()
    provider_overrides.use(Provider(), "undone by the fixture")
    with ProviderOverrides() as overrides:
        overrides.use(provider, "first")
        overrides.use(provider, "second")
        assert provider.given == ["own", "first", "second"]
    assert provider.given == ["own"]


def fail_with_an_override(provider: Provider) -> None:
    with ProviderOverrides() as overrides:
        overrides.use(provider, "first")
        raise KeyError


def test_overrides_are_undone_after_a_failure() -> None:
    provider = Provider()
    with pytest.raises(KeyError):
        fail_with_an_override(provider)
    assert provider.given == ["own"]


def test_overrides_fit_the_container_library() -> None:
    providers = pytest.importorskip("dependency_injector.providers")
    provider = providers.Object("real")
    with ProviderOverrides() as overrides:
        overrides.use(provider, "fake")
        assert provider() == "fake"
    assert provider() == "real"
