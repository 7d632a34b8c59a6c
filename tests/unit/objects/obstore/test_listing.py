"""The stretch of a listing that begins with a prefix: nothing of it is left out, whatever stands beside it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexcache.adapters.outbound.objects.obstore.listing import Stretch

STEPS = st.text("ab01-._~", min_size=1, max_size=3).filter(lambda step: step not in {".", ".."})
NAMES = st.lists(STEPS, min_size=1, max_size=3).map("/".join)

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""


@PATIENT
@given(st.lists(NAMES, unique=True, max_size=12), NAMES, st.data())
def test_a_listing_by_bytes_holds_all_that_begins_so(names: list[str], name: str, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from([name[:length] for length in range(len(name) + 1)]))
    check(sorted(names, key=str.encode), prefix)


@PATIENT
@given(st.lists(NAMES, unique=True, max_size=12), NAMES, st.data())
def test_a_listing_by_steps_holds_all_that_begins_so(names: list[str], name: str, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from([name[:length] for length in range(len(name) + 1)]))
    check(sorted(names, key=lambda name: name.split("/")), prefix, skips=False)


def check(ordered: list[str], prefix: str, *, skips: bool = True) -> None:
    stretch = Stretch.of(prefix)
    shown = []
    for name in ordered:
        if not name.startswith(stretch.folder):
            continue
        if skips and stretch.offset is not None and name.encode() <= stretch.offset.encode():
            continue
        if stretch.holds(name):
            shown.append(name)
        if stretch.ends_before(name):
            break
    assert shown == [name for name in ordered if name.startswith(prefix)]


@PATIENT
@given(NAMES, st.data())
def test_an_offset_is_a_path(name: str, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from([name[:length] for length in range(len(name) + 1)]))
    offset = Stretch.of(prefix).offset
    assert offset is None or not {"", ".", ".."} & set(offset.split("/"))
