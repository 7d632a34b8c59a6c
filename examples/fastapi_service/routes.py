"""The service's routes.

Rule: a route turns a request into one call of :class:`~examples.fastapi_service.readings.Readings`, and its answer into
a response.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel

from examples.fastapi_service.container import Service
from examples.fastapi_service.library import NAME, Analysis, Neighbour
from examples.fastapi_service.readings import Readings

router = APIRouter()


class NewText(BaseModel):
    """A text as it is sent."""

    text: str
    """The whole of it."""


async def held(request: Request) -> Readings:
    """The readings of the application that serves this request."""
    service: Service = request.app.state.service
    return await service.readings.async_()


Held = Annotated[Readings, Depends(held)]
Name = Annotated[str, Path(pattern=NAME)]


@router.get("/texts/{name}")
async def analysis(name: Name, readings: Held) -> Analysis:
    """What was measured in a text; 404 when there is no such text."""
    found = await readings.analysis(name)
    if found is None:
        raise HTTPException(404, f"no text is called {name}")
    return found


@router.get("/texts/{name}/neighbours")
async def neighbours(name: Name, readings: Held, most: Annotated[int, Query(ge=1, le=20)] = 3) -> list[Neighbour]:
    """The texts that resemble this one the most."""
    return await readings.neighbours(name, most)


@router.put("/texts/{name}", status_code=204)
async def write(name: Name, new: NewText, readings: Held) -> None:
    """Change or add a text. What was made from the earlier one is never served again."""
    try:
        await readings.write(name, new.text)
    except UnicodeEncodeError as exc:
        raise HTTPException(422, f"the text is not valid Unicode at character {exc.start}") from exc


@router.post("/texts/{name}/recheck", status_code=202)
async def recheck(name: Name, readings: Held) -> None:
    """A text may have been changed behind the service's back: look at its file when it is asked for next."""
    await readings.recheck(name)


@router.get("/health")
async def health(readings: Held) -> dict[str, Any]:
    """A round trip to every tier. Answers 200 whatever it found: without a tier the service is slower, not down."""
    return await readings.health()


@router.get("/stats")
async def stats(readings: Held) -> dict[str, Any]:
    """Counters of the cache and of the origin, for a scraper."""
    return readings.stats()
