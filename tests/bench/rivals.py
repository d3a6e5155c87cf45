"""What is measured: each operation of speed.md that exists so far, as the product, plain DRF and raw SQL do it."""

from dataclasses import dataclass

from tests.bench.client import get

_R1 = "SELECT month, programmed, executed FROM bench_month WHERE activity_id = :id ORDER BY month;"
_R2 = """SELECT a.code, a.name, u.code, u.name, m.code, m.name, k.code, k.name, b.month, b.programmed, b.executed
  FROM (SELECT * FROM activities_activity WHERE plan_id = (SELECT id FROM activities_plan WHERE year = 2022)
         ORDER BY code LIMIT 100) a
  JOIN units_unit u ON u.id = a.unit_id JOIN activities_mefactivity m ON m.id = a.mef_activity_id
  JOIN activities_measurementunit k ON k.id = a.measurement_unit_id
  JOIN bench_month b ON b.activity_id = a.id ORDER BY a.code, b.month;"""
MATRIX = "/api/v1/reports/matrix/?year=2022"
ACTIVITIES = range(1, 301)


@dataclass(frozen=True, slots=True)
class Operation:
    """Requests to the product, answered with `status`; the same question to the rivals, where they have it."""

    name: str
    requests: list[bytes]
    status: int
    plain: list[bytes]
    sql: str


def activity_path(number: int) -> str:
    return f"/api/v1/activities/{number}/progress/"


def operations(key: str, etags: dict[str, str]) -> list[Operation]:
    """Return R1 and R2 and the 304 of each; `etags` by path, for the 304s."""
    one = activity_path(ACTIVITIES[0])
    plain_r1 = [get(f"/plain/activities/{n}/progress/", key=key) for n in ACTIVITIES]
    plain_r2 = [get("/plain/matrix/?year=2022", key=key)]
    r1_sql = f"\\set id random({ACTIVITIES[0]}, {ACTIVITIES[-1]})\n{_R1}"
    return [
        Operation("R1", [get(activity_path(n), key=key) for n in ACTIVITIES], 200, plain_r1, r1_sql),
        Operation("R2", [get(MATRIX, key=key)], 200, plain_r2, _R2),
        Operation("304 of R1", [_conditional(one, key, etags)], 304, plain_r1, r1_sql),
        Operation("304 of R2", [_conditional(MATRIX, key, etags)], 304, plain_r2, _R2),
    ]


def _conditional(path: str, key: str, etags: dict[str, str]) -> bytes:
    return get(path, key=key, headers={"If-None-Match": etags[path]})
