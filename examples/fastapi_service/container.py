"""The service's container: its own parts, with hexcache's container as one of them.

Rule: parts are put together here and nowhere else, so that a test can override each of them by name.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from dependency_injector import containers, providers

from examples.fastapi_service.library import Library
from examples.fastapi_service.readings import Readings
from hexcache import CacheContainer

HERE = Path(__file__).parent

FOLDER_VARIABLE = "READING_FOLDER"
"""Names the folder of texts; without it the few beside this file are served."""


class Service(containers.DeclarativeContainer):
    """Everything that the service is made of.

    Attributes:
        config: ``folder``, the texts; ``environment``, which table of the cache's settings applies; ``cache``, those
            settings.
        caching: the cache and its tiers.
        library: the origin.
        readings: what the routes use; awaited, since its cache lives in the event loop.
    """

    config = providers.Configuration(strict=True)
    caching = providers.Container(CacheContainer, config=config.cache, environment=config.environment)
    library = providers.Singleton(Library, folder=config.folder)
    readings = providers.Singleton(Readings, cache=caching.async_cache, library=library)


def configured(environment: str | None = None, variables: Mapping[str, str] = os.environ) -> Service:
    """The service with its settings; nothing is opened yet.

    Args:
        environment: ``local``, ``test`` or ``production``; None for what ``HEXCACHE_ENVIRONMENT`` says, then ``local``.
        variables: where :data:`FOLDER_VARIABLE` is looked for.
    """
    service = Service()
    service.config.from_dict(
        {
            "environment": environment,
            "folder": variables.get(FOLDER_VARIABLE, str(HERE / "texts")),
            "cache": tomllib.loads((HERE / "hexcache.toml").read_text(encoding="utf-8")),
        }
    )
    return service
