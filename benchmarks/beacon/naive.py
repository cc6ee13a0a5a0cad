"""What one would write first: Starlette, and a request is one INSERT and its COMMIT.

`uvicorn benchmarks.beacon.naive:app`, with DATABASE_URL and POOL in the environment. It knows no
limits, no bots and no visitors, asks as the tables' owner, and has no spool.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_INSERT = """
INSERT INTO portfolio_analytics (id, user_id, event_type, slug, project_id, event_data)
SELECT %(id)s, user_id, %(type)s, slug, %(project_id)s, %(data)s
FROM portfolios WHERE slug = %(slug)s
ON CONFLICT DO NOTHING
"""

pool = AsyncConnectionPool(os.environ["DATABASE_URL"], max_size=int(os.environ["POOL"]), open=False)


async def take(request: Request) -> Response:
    event = await request.json()
    values = {"project_id": None, **event, "data": Jsonb(event["data"])}
    async with pool.connection() as connection:
        await connection.execute(_INSERT, values)
    return Response(status_code=204)


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    async with pool:
        yield


app = Starlette(routes=[Route("/e", take, methods=["POST"])], lifespan=lifespan)
