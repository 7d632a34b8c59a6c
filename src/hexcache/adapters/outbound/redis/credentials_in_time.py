"""Credential providers that cannot hold a connection up.

Rule: who gives users and passwords may be a service far away. Asking it is a part of connecting and ends with it: a
thread's provider is asked in a thread that can be left alone, a loop's never in the loop's own thread.
"""

from __future__ import annotations

import asyncio
from typing import Any

from redis.credentials import CredentialProvider

from hexcache.adapters.outbound.redis.blocking_connection import in_time


class BlockingCredentials(CredentialProvider):
    """For threads."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def get_credentials(self) -> Any:
        """What the provider says.

        Raises:
            TimeoutError: it does not say it in time.
        """
        return in_time(self._provider.get_credentials, "no credentials were given")


class AwaitedCredentials(CredentialProvider):
    """For tasks; who connects bounds it."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def get_credentials(self) -> Any:
        """What the provider says."""
        return self._provider.get_credentials()

    async def get_credentials_async(self) -> Any:
        """What the provider says, by its own awaitable call if it has one."""
        own = getattr(type(self._provider), "get_credentials_async", None)
        if own is None or own is CredentialProvider.get_credentials_async:
            return await asyncio.to_thread(self._provider.get_credentials)
        return await self._provider.get_credentials_async()
