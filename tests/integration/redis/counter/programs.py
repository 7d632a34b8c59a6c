"""What other processes do in the tests of counters.

``python -m tests.integration.redis.counter.programs WORLD LINK URL PREFIX`` counts until its standard input ends, then
prints what it has counted as one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading

from tests.integration.redis.counter.aio.adding import add_up as add_up_in_a_task
from tests.integration.redis.counter.sync.adding import add_up


def main(world: str, link: str, url: str, prefix: str) -> None:
    """Count in one world."""
    stop = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    if world == "aio":
        told = asyncio.run(add_up_in_a_task(url, prefix, stop.is_set, ours=link == "ours"))
    else:
        told = add_up(url, prefix, stop.is_set, ours=link == "ours")
    print(json.dumps(told))  # noqa: T201  (how a program answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
