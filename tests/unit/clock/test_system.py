"""The machine's own time and chance."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
import weakref

from hexcache.adapters.outbound.clock.system import SystemEntropy, system_clocks, system_entropy


def test_the_clocks_are_the_bare_functions() -> None:
    clocks = system_clocks()
    assert clocks.monotonic is time.monotonic
    assert clocks.wall is time.time


def test_two_sources_draw_differently() -> None:
    assert system_entropy().randbytes(16) != system_entropy().randbytes(16)
    assert 0 <= system_entropy().random() < 1


def test_a_child_process_draws_differently() -> None:
    """Parent, child and grandchild would otherwise hand out the same tokens."""
    script = """
import os
from hexcache.adapters.outbound.clock.system import system_entropy
source = system_entropy()
reader, writer = os.pipe()
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        os.write(writer, source.randbytes(8))
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
drawn = {source.randbytes(8), os.read(reader, 8), os.read(reader, 8)}
raise SystemExit(0 if len(drawn) == 3 else 1)
"""
    done = subprocess.run([sys.executable, "-c", script], timeout=60, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert hasattr(os, "fork")


def test_a_source_that_is_forgotten_is_gone() -> None:
    source = SystemEntropy()
    gone = weakref.ref(source)
    del source
    gc.collect()
    assert gone() is None
