"""Sources of settings: which has the last word, and that nothing is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hexcache.composition.loading import SettingsSource, load_settings
from hexcache.composition.settings import CacheSettings
from hexcache.composition.tier_settings import DiskTierSettings, MemoryTierSettings
from hexcache.domain.errors import InvalidSetting

FILE = """
namespace = "shop"
tiers = ["memory:?max_items=100", "disk:.cache?size_limit=64MiB"]

[policy]
ttl = "5m"
stale_ttl = "1h"

[environments.production]
policy = { ttl = "10m" }
tiers.disk.directory = "/var/cache/shop"

[environments.test]
tiers = ["memory:"]
observers = []

[environments.staging]
namespace = "shop-staging"
codec.signing.keys.a = "os.environ/SIGNING_KEY"
"""


def load(
    source: SettingsSource = None,
    environment: str | None = None,
    variables: Mapping[str, str] | None = None,
    **more: Any,
) -> CacheSettings:
    return load_settings(source, environment, variables or {}, **more)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hexcache.toml"
    path.write_text(FILE)
    return path


def disk(settings: CacheSettings) -> DiskTierSettings:
    (tier,) = [tier for tier in settings.tiers if isinstance(tier, DiskTierSettings)]
    return tier


class TestPrecedence:
    """Defaults, shared settings, the environment's, variables, arguments: each over the one before."""

    def test_a_file_is_over_the_defaults(self, file: Path) -> None:
        settings = load(file)
        assert (settings.namespace, settings.policy.ttl, settings.policy.jitter) == ("shop", 300.0, 0.05)
        assert disk(settings).size_limit == 64 * 2**20

    def test_an_environment_is_over_the_shared_settings(self, file: Path) -> None:
        settings = load(file, "production")
        assert (settings.environment, settings.policy.ttl, settings.policy.stale_ttl) == ("production", 600.0, 3600.0)
        assert (disk(settings).directory, disk(settings).size_limit) == ("/var/cache/shop", 64 * 2**20)

    def test_a_list_of_tiers_replaces_a_list(self, file: Path) -> None:
        assert [tier.name for tier in load(file, "test").tiers] == ["memory"]

    def test_variables_are_over_the_environment(self, file: Path) -> None:
        variables = {
            "HEXCACHE_POLICY__TTL": "20m",
            "HEXCACHE_TIERS__DISK__SIZE_LIMIT": "2GiB",
            "HEXCACHE_TIERS__MEMORY__MAX_ITEMS": "7",
            "HEXCACHE_NAMESPACE": "other",
            "PATH": "/bin",
        }
        settings = load(file, "production", variables)
        memory = settings.tiers[0]
        assert isinstance(memory, MemoryTierSettings)
        assert (settings.policy.ttl, settings.policy.stale_ttl, settings.namespace) == (1200.0, 3600.0, "other")
        assert (disk(settings).size_limit, disk(settings).directory) == (2 * 2**30, "/var/cache/shop")
        assert memory.max_items == 7

    def test_arguments_have_the_last_word(self, file: Path) -> None:
        overrides = {"policy": {"ttl": 7}, "tiers": ["memory:?name=near"]}
        variables = {"HEXCACHE_POLICY__TTL": "20m", "HEXCACHE_TIERS__DISK__SIZE_LIMIT": "2GiB"}
        settings = load(file, "production", variables, overrides=overrides)
        assert (settings.policy.ttl, settings.policy.stale_ttl) == (7.0, 3600.0)
        assert [tier.name for tier in settings.tiers] == ["near"]

    def test_the_sources_are_not_changed(self) -> None:
        table: dict[str, Any] = {"tiers": ["memory:"], "environments": {"test": {"policy": {"ttl": 1}}}, "policy": {}}
        before = repr(table)
        load(table, "test", {"HEXCACHE_POLICY__BETA": "2"})
        assert repr(table) == before

    def test_settings_that_are_checked_already_are_a_source_too(self, file: Path) -> None:
        checked = load(file, "production")
        again = load(checked, variables={"HEXCACHE_POLICY__BETA": "2"}, environment="production")
        assert again.policy.beta == 2.0
        assert again.model_copy(update={"policy": checked.policy}) == checked


class TestEnvironments:
    """One environment applies: chosen by argument, by variable, by the settings, or ``local``."""

    def test_an_argument_is_over_a_variable_is_over_the_file(self, file: Path) -> None:
        file.write_text('environment = "test"\n' + FILE)
        variables = {"HEXCACHE_ENVIRONMENT": "production"}
        assert load(file).environment == "test"
        assert load(file, None, variables).environment == "production"
        assert load(file, "local", variables).environment == "local"

    @pytest.mark.parametrize("name", ["local", "test", "production"])
    def test_three_environments_need_no_table(self, name: str) -> None:
        assert load({}, name).environment == name

    def test_own_environments_need_one(self, file: Path) -> None:
        with pytest.raises(InvalidSetting, match="'stagin'; accepted: local, production, staging, test"):
            load(file, "stagin")

    def test_what_another_environment_needs_is_not_asked_for(self, file: Path) -> None:
        assert load(file, "test").codec.signing is None
        with pytest.raises(
            InvalidSetting, match=r"codec.signing.keys.a is os.environ/SIGNING_KEY.*'SIGNING_KEY' is not"
        ):
            load(file, "staging")

    def test_a_mistyped_key_is_found_in_every_environment(self) -> None:
        with pytest.raises(InvalidSetting, match=r"environments\.production\.tier is no setting.*did you mean tiers\?"):
            load({"environments": {"production": {"tier": []}}}, "test")

    @pytest.mark.parametrize("environments", [[], {"production": 3}, "production"])
    def test_environments_are_tables(self, environments: object) -> None:
        with pytest.raises(InvalidSetting, match=r"\[environments.NAME\]"):
            load({"environments": environments})


class TestFiles:
    """A file is found, named by a variable, or given; and a broken one says where."""

    def test_the_working_directorys_file_is_found(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(file.parent)
        assert load().namespace == "shop"
        assert load(find_file=False).namespace == "hexcache"

    def test_a_variable_names_a_file(self, file: Path) -> None:
        assert load(variables={"HEXCACHE_SETTINGS": str(file)}).namespace == "shop"
        assert load({}, variables={"HEXCACHE_SETTINGS": str(file)}).namespace == "hexcache"

    def test_a_path_may_be_text(self, file: Path) -> None:
        assert load(str(file)) == load(file)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"ttl = ", "is not TOML: Invalid value"),
            (b"\xff\xfe", "is not UTF-8"),
            (None, "cannot be read: No such file"),
        ],
    )
    def test_a_file_that_cannot_be_read_says_why(self, tmp_path: Path, content: bytes | None, said: str) -> None:
        path = tmp_path / "settings.toml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InvalidSetting, match=f"settings.toml'? {said}"):
            load(path)

    def test_a_directory_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidSetting, match="cannot be read"):
            load(tmp_path)

    @pytest.mark.parametrize("source", [3, ["memory:"], b"x.toml"])
    def test_another_source_is_refused(self, source: Any) -> None:
        with pytest.raises(InvalidSetting, match="accepted: a dict, the path of a TOML file"):
            load(source)

    def test_keys_are_texts(self) -> None:
        with pytest.raises(InvalidSetting, match="has a key 3"):
            load({3: 4})  # type: ignore[dict-item]  # the point of the test


class TestReferences:
    """``os.environ/NAME`` stands for a variable, in tables, lists and URLs."""

    def test_a_reference_is_what_the_variable_holds(self) -> None:
        variables = {"TTL": "90s", "ITEMS": "5", "WHERE": "/var/x", "TIER": "memory:?max_items=6&name=second"}
        settings = load(
            {
                "policy": {"ttl": "os.environ/TTL"},
                "tiers": [
                    "memory:?max_items=os.environ/ITEMS",
                    "os.environ/TIER",
                    {"scheme": "disk", "directory": "os.environ/WHERE"},
                ],
            },
            variables=variables,
        )
        first, second = settings.tiers[:2]
        assert isinstance(first, MemoryTierSettings)
        assert isinstance(second, MemoryTierSettings)
        assert (settings.policy.ttl, first.max_items, second.max_items) == (90.0, 5, 6)
        assert disk(settings).directory == "/var/x"

    @pytest.mark.parametrize(
        ("table", "path"),
        [
            ({"policy": {"ttl": "os.environ/GONE"}}, "policy.ttl"),
            ({"tiers": ["memory:", "os.environ/GONE"]}, r"tiers\[1\]"),
            ({"tiers": [{"scheme": "disk", "directory": "os.environ/GONE"}]}, r"tiers\[0\].directory"),
            ({"namespace": "os.environ/GONE"}, "namespace"),
        ],
    )
    def test_a_variable_that_is_not_set_is_named_with_its_setting(self, table: dict[str, Any], path: str) -> None:
        with pytest.raises(InvalidSetting, match=f"^{path} is os.environ/GONE, but the variable 'GONE' is not set"):
            load(table)


class TestVariables:
    """The prefix is ours: what names no setting is an error."""

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("HEXCACHE_POLCY__TTL", "did you mean HEXCACHE_POLICY"),
            ("HEXCACHE_TTL", "accepted: .*HEXCACHE_POLICY"),
            ("HEXCACHE_", "HEXCACHE_ is no setting"),
            ("HEXCACHE_POLICY__TLL", r"policy\.tll is no setting.*did you mean ttl"),
            ("HEXCACHE_TIERS__DISK__SIZE_LIMIT", "tiers.disk changes a tier of that name; tiers here: memory"),
            ("HEXCACHE_POLICY", "HEXCACHE_POLICY"),
        ],
    )
    def test_a_variable_that_names_no_setting_is_refused(self, name: str, said: str) -> None:
        with pytest.raises(InvalidSetting, match=said) as caught:
            load(variables={name: "hunter2"})
        assert "hunter2" not in str(caught.value)

    def test_a_variable_of_the_projects_own_tests_is_passed_over(self) -> None:
        assert load(variables={"HEXCACHE_TEST_REQUIRE": "all"}) == load()

    @pytest.mark.parametrize(
        ("text", "schemes"),
        [
            ("memory: memory-store:", ["memory", "memory-store"]),
            ('["memory:", {"scheme": "memory-store"}]', ["memory", "memory-store"]),
            ("memory:", ["memory"]),
        ],
    )
    def test_tiers_are_urls_with_spaces_or_json(self, text: str, schemes: list[str]) -> None:
        assert [tier.scheme for tier in load(variables={"HEXCACHE_TIERS": text}).tiers] == schemes

    def test_tiers_that_are_no_json_are_refused(self) -> None:
        with pytest.raises(InvalidSetting, match="tiers is not a JSON list"):
            load(variables={"HEXCACHE_TIERS": "[memory"})

    def test_names_of_tiers_are_matched_as_variables_can_say_them(self) -> None:
        table = {"tiers": [{"scheme": "memory", "name": "Near-Tier"}]}
        settings = load(table, variables={"HEXCACHE_TIERS__NEAR_TIER__MAX_ITEMS": "3"})
        assert isinstance(settings.tiers[0], MemoryTierSettings)
        assert settings.tiers[0].max_items == 3

    def test_a_secret_from_a_variable_is_never_shown(self) -> None:
        variables = {"KEY": "hunter2!", "HEXCACHE_POLICY__TTL": "hunter2", "HEXCACHE_POLICY__STALE": "hunter2"}
        table = {"codec": {"signing": {"keys": {"a": "os.environ/KEY"}, "active": "os.environ/KEY"}}}
        with pytest.raises(InvalidSetting) as caught:
            load(table, variables=variables)
        assert "hunter2" not in str(caught.value)
        assert "os.environ/HEXCACHE_POLICY__TTL" in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
