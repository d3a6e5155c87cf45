"""FastAPI over asyncpg, bare: the same questions answered by hand in plain SQL, without key, ledger or order."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, TypeAdapter

_CONNECTIONS = 8  # of each worker
_R1 = """
SELECT a.id, a.code, a.name, p.year, b.programmed, b.executed
  FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id
 CROSS JOIN (SELECT array_agg(programmed::float8 ORDER BY month) AS programmed,
                    array_agg(executed::float8 ORDER BY month) AS executed
               FROM bench_month WHERE activity_id = $1) b
 WHERE a.id = $1
"""
_R2 = """
SELECT a.id, a.code, a.name, a.year, i.id, i.code, i.name, u.id, u.code, u.name, m.id, m.code, m.name,
       k.id, k.code, k.name, b.programmed, b.executed, a.count
  FROM (SELECT a.*, p.year, p.institution_id, count(*) OVER () AS count
          FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id
         WHERE p.year = $1 ORDER BY a.code LIMIT 100) a
  JOIN units_unit i ON i.id = a.institution_id
  JOIN units_unit u ON u.id = a.unit_id
  JOIN activities_mefactivity m ON m.id = a.mef_activity_id
  JOIN activities_measurementunit k ON k.id = a.measurement_unit_id
 CROSS JOIN LATERAL (SELECT array_agg(programmed::float8 ORDER BY month) AS programmed,
                            array_agg(executed::float8 ORDER BY month) AS executed
                       FROM bench_month WHERE activity_id = a.id) b
 ORDER BY a.code
"""
_R3 = """
SELECT u.id, u.code, u.name, (b.month + 2) / 3 AS quarter, sum(b.programmed)::float8, sum(b.executed)::float8,
       round(sum(b.executed) * 100 / nullif(sum(b.programmed), 0), 2)::float8
  FROM bench_month b JOIN activities_activity a ON a.id = b.activity_id JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = {group}
 WHERE p.year = $1 GROUP BY u.id, quarter ORDER BY u.code, quarter LIMIT 1000
"""
_GROUPS = {"unit": _R3.format(group="a.unit_id"), "institution": _R3.format(group="p.institution_id")}
# A subquery that is not taken apart, so that months are found by activity, in order, and nothing is sorted
_R4 = """
SELECT i.code AS institution_code, i.name AS institution_name, a.year, a.id AS activity_id, a.code AS activity_code,
       a.name AS activity_name, u.code AS unit_code, u.name AS unit_name, m.code AS mef_activity_code,
       m.name AS mef_activity_name, k.code AS measurement_unit_code, k.name AS measurement_unit_name,
       b.month, b.programmed, b.executed
  FROM (SELECT a.*, p.year, p.institution_id FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id
         WHERE p.year = $1 ORDER BY a.id OFFSET 0) a
  JOIN units_unit i ON i.id = a.institution_id JOIN units_unit u ON u.id = a.unit_id
  JOIN activities_mefactivity m ON m.id = a.mef_activity_id
  JOIN activities_measurementunit k ON k.id = a.measurement_unit_id
 CROSS JOIN LATERAL (SELECT * FROM bench_month WHERE activity_id = a.id ORDER BY month) b
"""
_W1 = """
UPDATE bench_month SET executed = $3::float8 WHERE activity_id = $1 AND month = $2
RETURNING programmed::float8, executed::float8
"""
_W2 = """
UPDATE bench_month b SET executed = sent.executed
  FROM unnest($1::bigint[], $2::smallint[], $3::float8[]) AS sent (activity_id, month, executed)
 WHERE b.activity_id = sent.activity_id AND b.month = sent.month
RETURNING b.activity_id, b.month, b.executed::float8
"""


class Executed(BaseModel):
    """The body of W1."""

    executed: float | None


class Item(Executed):
    """An item of W2."""

    activity: int
    month: int


EXECUTED, ITEMS = TypeAdapter(Executed), TypeAdapter(list[Item])


@asynccontextmanager
async def _pooled(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DSN"], min_size=_CONNECTIONS, max_size=_CONNECTIONS) as pool:
        app.state.pool = pool
        yield


def service() -> FastAPI:
    """Return an empty service with its pool of connections."""
    return FastAPI(lifespan=_pooled, openapi_url=None)


def json_of(content: Any) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


app = service()


@app.get("/plain/activities/{activity}/progress/")
async def r1(activity: int) -> Response:
    row = await app.state.pool.fetchrow(_R1, activity)
    if row is None:
        raise HTTPException(404)
    number, code, name, year, programmed, executed = row
    months = [
        {"month": month, "programmed": p, "executed": e}
        for month, (p, e) in enumerate(zip(programmed, executed, strict=True), 1)
    ]
    quarters = _quarters(programmed, executed)
    return json_of({"activity": _reference(number, code, name), "year": year, "months": months, "quarters": quarters})


@app.get("/plain/matrix/")
async def r2(year: int) -> Response:
    rows = await app.state.pool.fetch(_R2, year)
    return json_of({"count": rows[0]["count"] if rows else 0, "results": [_matrix_row(*row) for row in rows]})


@app.get("/plain/execution/{group}/")
async def r3(group: str, year: int) -> Response:
    rows = await app.state.pool.fetch(_GROUPS[group], year)
    results = [
        {group: _reference(*row[:3]), "quarter": row[3], "programmed": row[4], "executed": row[5], "progress": row[6]}
        for row in rows
    ]
    return json_of({"results": results})


@app.get("/plain/months/")
async def r4(year: int) -> StreamingResponse:
    return StreamingResponse(_copied(_R4, year), media_type="text/csv; charset=utf-8")


@app.put("/plain/activities/{activity}/progress/{month}/")
async def w1(activity: int, month: int, request: Request) -> Response:
    sent = EXECUTED.validate_json(await request.body())
    row = await app.state.pool.fetchrow(_W1, activity, month, sent.executed)
    if row is None:
        raise HTTPException(404)
    return json_of({"month": month, "programmed": row[0], "executed": row[1]})


@app.post("/plain/progress/batch/")
async def w2(request: Request) -> Response:
    rows = await app.state.pool.fetch(_W2, *columns(ITEMS.validate_json(await request.body())))
    return json_of([{"activity": row[0], "month": row[1], "executed": row[2]} for row in rows])


def columns(items: list[Item]) -> tuple[list[int], list[int], list[float | None]]:
    """Return the activities, months and quantities of items, as SQL takes them."""
    return [item.activity for item in items], [item.month for item in items], [item.executed for item in items]


def _reference(number: int, code: str, name: str) -> dict[str, Any]:
    return {"id": number, "code": code, "name": name}


def _matrix_row(*cells: Any) -> dict[str, Any]:
    activity, year, *others = cells[:3], cells[3], cells[4:7], cells[7:10], cells[10:13], cells[13:16]
    names = ("institution", "unit", "mef_activity", "measurement_unit")
    programmed, executed = cells[16], cells[17]
    return {
        "activity": _reference(*activity),
        "year": year,
        **{name: _reference(*other) for name, other in zip(names, others, strict=True)},
        "programmed": programmed,
        "executed": executed,
        "quarters": _quarters(programmed, executed),
    }


def _quarters(programmed: list[float], executed: list[float | None]) -> list[dict[str, Any]]:
    quarters = []
    for start in (0, 3, 6, 9):
        # Whole thousandths, so that halves are rounded up and not by chance
        p = round(sum(programmed[start : start + 3]) * 1000)
        e = round(sum(done or 0 for done in executed[start : start + 3]) * 1000)
        progress = (e * 20_000 + p) // (2 * p) / 100 if p else None
        quarters.append({"programmed": p / 1000, "executed": e / 1000, "progress": progress})
    return quarters


async def _copied(query: str, *values: Any) -> AsyncIterator[bytes]:
    """Yield the CSV of a query as PostgreSQL sends it."""
    parts: asyncio.Queue[bytearray | None] = asyncio.Queue(maxsize=16)

    async def copy() -> None:
        try:
            async with app.state.pool.acquire() as connection:
                await connection.copy_from_query(query, *values, output=parts.put, format="csv", header=True)
        finally:
            await parts.put(None)

    copying = asyncio.create_task(copy())
    while part := await parts.get():
        yield bytes(part)
    await copying
