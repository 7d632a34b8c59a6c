"""Whether a connection that rests is still good.

Rule: between two requests a server says nothing. A connection on which something has arrived all the same was closed by
the server, or would give somebody an answer that is not theirs.
"""

from __future__ import annotations

import select
from typing import Final

UNPROVEN: Final = 0.005
"""A connection that rested longer is looked at before it is used, seconds: a server may have closed it meanwhile."""


def is_silent(number: int) -> bool:
    """Whether nothing has arrived at the socket of that number, not even its end."""
    poller = select.poll()
    poller.register(number, select.POLLIN)
    return not poller.poll(0)
