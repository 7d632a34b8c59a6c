"""A Sentinel that names whom it is told to: no real one can be made to be wrong."""

from __future__ import annotations

import asyncio

from tests.integration.redis.peer import Peer, bulk


class FalseSentinel(Peer):
    """Names servers in turn, the last one for ever.

    Attributes:
        named: ports.
    """

    def __init__(self, *named: int) -> None:
        super().__init__()
        self.named = list(named)

    async def _answer(self, name: bytes, words: list[bytes], writer: asyncio.StreamWriter) -> bool:
        if name != b"SENTINEL":
            return await super()._answer(name, words, writer)
        port = self.named.pop(0) if len(self.named) > 1 else self.named[0]
        told = {"name": "main", "ip": "127.0.0.1", "port": str(port), "flags": "master", "num-other-sentinels": "0"}
        fields = b"".join([bulk(word.encode()) for pair in told.items() for word in pair])
        writer.write(b"*1\r\n%%%d\r\n%s" % (len(told), fields))
        return True
