"""What every test may ask for, how chance enters the suite, and what of it is run only when it is asked for.

Rule: a run of the suite on one commit is like the next: hypothesis draws the same examples each time, unless
``HEXCACHE_TEST_RANDOM=1`` asks for new ones. The long runs against servers of object stores are left to
``HEXCACHE_TEST_DEEP=1`` (``make deep``); the laws of each vendor's bucket are always run.
"""

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.servers.fixtures",
    "tests.servers.azurite_fixtures",
    "tests.servers.gcs_fixtures",
    "tests.servers.s3_fixtures",
]

settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False)
settings.load_profile("new" if os.environ.get("HEXCACHE_TEST_RANDOM") == "1" else "same")

HERE: Final = Path(__file__).parent
DEEP: Final = tuple(
    HERE / place
    for place in (
        "contract/test_s3_store.py",
        "contract/aio/test_s3_cache.py",
        "contract/sync/test_s3_cache.py",
        "contract/test_gcs_store.py",
        "contract/test_azure_store.py",
        "contract/test_obstore_store.py",
        "integration/objects",
        "integration/litellm",
    )
)
ALWAYS: Final = tuple(
    HERE / "integration/objects" / place
    for place in ("s3/test_laws.py", "gcs/aio/test_laws.py", "azure/aio/test_bucket.py")
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long and was not asked for."""
    if os.environ.get("HEXCACHE_TEST_DEEP") == "1":
        return
    left_out = [item for item in items if _is_deep(item.path)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not _is_deep(item.path)]


def _is_deep(path: Path) -> bool:
    return path not in ALWAYS and any(path.is_relative_to(place) for place in DEEP)
