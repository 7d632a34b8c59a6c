"""Coverage inside the worker processes of a run that is spread over the cores.

Rule: a worker measures from before the first import of hexcache to the end of its last test, into a file of its own;
whoever started the workers combines the files. In every other process this plug-in does nothing.

Named with ``-p tools.measuring``, so that it is imported before the plug-ins that are announced by packages.
"""

from __future__ import annotations

import os

import coverage
import pytest

_measured = coverage.Coverage(data_suffix=True) if "PYTEST_XDIST_WORKER" in os.environ else None
if _measured is not None:
    _measured.start()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Write what was measured: a worker may be ended before its exit handlers run."""
    if _measured is not None:
        _measured.stop()
        _measured.save()
