"""What every test may ask for, and how chance enters the suite.

Rule: a run of the suite on one commit is like the next: hypothesis draws the same examples each time, unless
``HEXCACHE_TEST_RANDOM=1`` asks for new ones.
"""

import os

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
