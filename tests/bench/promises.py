"""FastAPI over asyncpg that keeps the product's promises on writing, by hand: plain SQL in one transaction.

The key is looked up by its hash; role, visibility and the window of the month are checked; entry and change are
appended and the figure updated; and last the transaction takes its position and moment in one order, under a lock.
"""

import hashlib
from typing import Any

from fastapi import HTTPException, Request, Response

from tests.bench.bare import EXECUTED, ITEMS, columns, json_of, service

_SENT = "unnest($1::bigint[], $2::smallint[], $3::float8[]) AS sent (activity_id, month, executed)"
# One row, unless the key is none: whether its role may report, and how many items it does not see or that are not open
_CHECK = f"""
WITH key AS MATERIALIZED (SELECT id, role, unit_id FROM bench_key WHERE hash = $4 AND is_active),
item AS (
    SELECT u.path AS path, p.status = 'approved' AND o.opens_on <= today.day AND today.day <= o.closes_on AS is_open
      FROM {_SENT}
     CROSS JOIN (SELECT (now() AT TIME ZONE 'America/Lima')::date AS day) AS today
      LEFT JOIN (activities_activity a JOIN units_unit u ON u.id = a.unit_id JOIN activities_plan p ON p.id = a.plan_id)
             ON a.id = sent.activity_id
      LEFT JOIN activities_reportingperiod o ON o.plan_id = p.id AND o.month = sent.month
)
SELECT k.id, k.role IN ('reporter', 'planner') AS may_report,
       (SELECT count(*) FROM item i WHERE (k.unit_id IS NULL OR k.unit_id = ANY (i.path)) IS NOT TRUE) AS unseen,
       (SELECT count(*) FROM item i WHERE i.is_open IS NOT TRUE) AS closed
  FROM key k
"""
_WRITE = f"""
WITH figure AS (
    UPDATE bench_month b SET executed = sent.executed, entry_version = b.entry_version + 1
      FROM {_SENT} WHERE b.activity_id = sent.activity_id AND b.month = sent.month
    RETURNING b.activity_id, b.month, b.programmed, b.executed, b.entry_version
), entry AS (
    INSERT INTO bench_entry (xid, activity_id, month, entry_version, executed, is_late)
    SELECT pg_current_xact_id()::text::bigint, f.activity_id, f.month, f.entry_version, f.executed,
           (now() AT TIME ZONE 'America/Lima')::date > o.due_on
      FROM figure f JOIN activities_activity a ON a.id = f.activity_id
      JOIN activities_reportingperiod o ON o.plan_id = a.plan_id AND o.month = f.month
    RETURNING id, xid, activity_id
), change AS (
    INSERT INTO bench_change (xid, entity, object_id, unit_id)
    SELECT e.xid, 'progress_entry', e.id, a.unit_id
      FROM entry e JOIN activities_activity a ON a.id = e.activity_id
)
SELECT activity_id, month, programmed::float8, executed::float8, entry_version FROM figure
"""
_PLACE = """
WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock(99)),
placed AS (
    UPDATE bench_order
       SET position = position + 1, committed_at = greatest(clock_timestamp(), committed_at + interval '1 microsecond')
      FROM held RETURNING position, committed_at
)
INSERT INTO bench_change_set (position, xid, committed_at, key_id)
SELECT position, pg_current_xact_id()::text::bigint, committed_at, $1 FROM placed RETURNING position
"""
app = service()


@app.put("/promises/activities/{activity}/progress/{month}/")
async def w1(activity: int, month: int, request: Request) -> Response:
    sent = EXECUTED.validate_json(await request.body())
    [row], position = await _write(request, [activity], [month], [sent.executed])
    content = {"month": month, "programmed": row[2], "executed": row[3], "entry_version": row[4]}
    return _placed(content, position)


@app.post("/promises/progress/batch/")
async def w2(request: Request) -> Response:
    rows, position = await _write(request, *columns(ITEMS.validate_json(await request.body())))
    return _placed([{"activity": r[0], "month": r[1], "executed": r[3], "entry_version": r[4]} for r in rows], position)


async def _write(request: Request, *sent: Any) -> tuple[list[Any], int]:
    """Write what was sent, all or nothing; return the figures and the position. Raises HTTPException."""
    text = request.headers.get("authorization", "").removeprefix("Api-Key ")
    digest = hashlib.sha256(text.encode()).digest()
    async with app.state.pool.acquire() as connection, connection.transaction():
        key = _permitted(await connection.fetchrow(_CHECK, *sent, digest))
        rows = await connection.fetch(_WRITE, *sent)
        position = await connection.fetchval(_PLACE, key)
    return rows, position


def _permitted(found: Any) -> int:
    """Return the id of the key. Raises HTTPException."""
    if found is None:
        raise HTTPException(401)
    if not found["may_report"]:
        raise HTTPException(403)
    if found["unseen"]:
        raise HTTPException(404)
    if found["closed"]:
        raise HTTPException(409)
    key: int = found["id"]
    return key


def _placed(content: Any, position: int) -> Response:
    answer = json_of(content)
    answer.headers["Change-Cursor"] = str(position)
    return answer
