"""A small plot for terminals: shares over time as a field of blocks.

Rule: the axis always runs from 0 to 100 %, so that two plots can be compared at a glance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"


def share_plot(shares: Sequence[float], rows: int = 8) -> Iterator[str]:
    """Lines of a plot of numbers from 0 to 1, one column each."""
    steps = len(_BLOCKS) - 1
    for row in reversed(range(rows)):
        cells = (_BLOCKS[round(min(1.0, max(0.0, share * rows - row)) * steps)] for share in shares)
        label = "100 %" if row == rows - 1 else " 50 %" if row == rows // 2 - 1 else "     "
        yield f"{label} │{''.join(cells)}"
    yield f"  0 % └{'─' * len(shares)}"


def spread(parts: Sequence[tuple[int, int]], columns: int) -> list[float]:
    """Shares of (hits, requests) parts, gathered into at most so many columns."""
    if not parts:
        return []
    per = -(-len(parts) // columns)
    gathered = [parts[at : at + per] for at in range(0, len(parts), per)]
    return [sum(hits for hits, _ in group) / max(1, sum(all_ for _, all_ in group)) for group in gathered]
