"""The application: routes over a container that lives as long as the server does.

Rule: importing this module opens nothing; the lifespan opens the cache and closes it.

    uvicorn --factory examples.fastapi_service.app:main
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from examples.fastapi_service.container import Service, configured
from examples.fastapi_service.routes import router


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the cache before the first request; after the last one wait for work behind and close the tiers in order."""
    service: Service = app.state.service
    if (opening := service.init_resources()) is not None:
        await opening
    try:
        yield
    finally:
        if (closing := service.shutdown_resources()) is not None:
            await closing


def make_app(service: Service) -> FastAPI:
    """The application over a container, which a test may have overridden."""
    app = FastAPI(title="Reading room", lifespan=lifespan)
    app.state.service = service
    app.include_router(router)
    return app


def main() -> FastAPI:
    """The application as a server runs it."""
    return make_app(configured())
