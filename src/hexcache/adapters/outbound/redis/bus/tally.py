"""What a bus has done: plain counters, which decide nothing."""

from __future__ import annotations


class Tally:
    """Counters of one bus; see the port's ``stats``.

    Attributes:
        published: messages that the server accepted.
        heard: messages of others.
        gaps: times when something was found to be lost.
        silences: nodes that stopped beating.
        reconnects: times when a subscription stood again.
        errors: connections and publishings that failed.
        ignored: payloads that are no frame.
        handler_errors: calls of handlers that raised.
    """

    __slots__ = ("errors", "gaps", "handler_errors", "heard", "ignored", "published", "reconnects", "silences")

    def __init__(self) -> None:
        self.published = 0
        self.heard = 0
        self.gaps = 0
        self.silences = 0
        self.reconnects = 0
        self.errors = 0
        self.ignored = 0
        self.handler_errors = 0

    def snapshot(self) -> dict[str, int]:
        """The counters by name."""
        return {name: getattr(self, name) for name in self.__slots__}
