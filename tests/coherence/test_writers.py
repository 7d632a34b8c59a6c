"""Two nodes that write one key at the same time agree in the end, because a writer listens while it writes."""

from __future__ import annotations

from tests.coherence.writers import disagreements


def test_writers_that_listen_agree_in_every_order() -> None:
    assert disagreements(listens=True) == set()


def test_writers_that_do_not_listen_may_disagree_for_good() -> None:
    assert disagreements(listens=False)
