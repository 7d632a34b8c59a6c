"""Tokens as redis-py wants them: when a connection is made, it asks for a user and a password.

Rule: a connection is made with a token that is good at that moment. Where a server ends connections whose token has
ended, the next call makes a new one with a new token; nothing is done to open connections.
"""

from __future__ import annotations

import os

from redis.credentials import CredentialProvider

from hexcache.adapters.outbound.redis.credentials.keeper import Token, TokenKeeper


class TokenProvider(CredentialProvider):
    """Gives the keeper's token to every new connection of a pool, in both worlds."""

    def __init__(self, keeper: TokenKeeper) -> None:
        self._keeper = keeper
        self._pid = os.getpid()

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        """User and password, or the password alone for the server's default user.

        Raises:
            StoreError: there is no token.
        """
        return _pair(self._own().get())

    async def get_credentials_async(self) -> tuple[str] | tuple[str, str]:
        """The same for tasks."""
        return _pair(await self._own().get_async())

    def _own(self) -> TokenKeeper:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._keeper.reset_after_fork()
        return self._keeper


def _pair(token: Token) -> tuple[str] | tuple[str, str]:
    return (token.username, token.secret) if token.username else (token.secret,)
