"""AWS IAM: a signed request that is never sent is the password (ElastiCache and MemoryDB).

Rule: the keys come from AWS's default chain (environment, profile, container, instance) and are renewed by it; a token
is good for a quarter of an hour, a connection that was made with it for longer. The server wants TLS.
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
"""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import urlencode

from hexcache.adapters.outbound.redis.credentials.keeper import Token
from hexcache.domain.errors import MissingExtra, StoreUnavailable
from hexcache.ports.clock import Clock

LIFE: Final = 900
"""Seconds for which a signature is good, the most that the service takes."""


class AwsTokens:
    """Signs tokens of one user.

    Args:
        username: the user's id on the server.
        cache_name: the replication group, the serverless cache or the MemoryDB cluster; lower case.
        region: where it is; None for the chain's.
        service: ``elasticache`` or ``memorydb``.
        serverless: whether it is a serverless cache.
        wall: wall time, seconds since the epoch.
        session: a session of botocore to use instead of a new one.
    """

    def __init__(
        self,
        username: str,
        cache_name: str,
        *,
        wall: Clock,
        region: str | None = None,
        service: Literal["elasticache", "memorydb"] = "elasticache",
        serverless: bool = False,
        session: Any = None,
    ) -> None:
        self._username = username
        self._host = cache_name.lower()
        self._region = region
        self._service = service
        self._query = {"Action": "connect", "User": username}
        if serverless:
            self._query["ResourceType"] = "ServerlessCache"
        self._wall = wall
        self._session = session

    def __call__(self) -> Token:
        """A new token; raises what botocore raises.

        Raises:
            StoreUnavailable: the chain has no keys, or no region was said.
        """
        try:
            from botocore.model import ServiceId  # noqa: PLC0415 - an extra
            from botocore.session import Session  # noqa: PLC0415
            from botocore.signers import RequestSigner  # noqa: PLC0415
        except ModuleNotFoundError as exc:
            raise MissingExtra(f"AWS's identity needs the package {exc.name}: install hexcache[redis-aws]") from exc
        session = self._session = self._session or Session()
        keys = session.get_credentials()
        region = self._region or session.get_config_variable("region")
        if keys is None or not region:
            raise StoreUnavailable(f"redis: AWS's chain has no {'region' if keys else 'keys'}")
        signer = RequestSigner(
            ServiceId(self._service), region, self._service, "v4", keys, session.get_component("event_emitter")
        )
        request = {
            "method": "GET", "url": f"https://{self._host}/?{urlencode(self._query)}",
            "body": {}, "headers": {}, "context": {},
        }  # fmt: skip
        began = self._wall()
        signed = signer.generate_presigned_url(request, operation_name="connect", expires_in=LIFE, region_name=region)
        return Token(self._username, str(signed).removeprefix("https://"), began + LIFE)
