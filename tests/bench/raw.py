"""The same questions in plain SQL over narrow rows, asked by pgbench without anything in between."""

import subprocess
import tempfile
from pathlib import Path

from django.db import connection

from poi_api.database.embedded import binaries

BATCH = 1000
_OF_ACTIVITY = """JOIN units_unit u ON u.id = a.unit_id JOIN activities_mefactivity m ON m.id = a.mef_activity_id
  JOIN activities_measurementunit k ON k.id = a.measurement_unit_id"""
_ADDED = """(b.month + 2) / 3 AS quarter, sum(b.programmed) AS programmed, sum(b.executed) AS executed,
       round(sum(b.executed) * 100 / nullif(sum(b.programmed), 0), 2) AS progress
  FROM bench_month b JOIN activities_activity a ON a.id = b.activity_id JOIN activities_plan p ON p.id = a.plan_id"""

R1 = """\\set id random(1, 300)
SELECT month, programmed, executed FROM bench_month WHERE activity_id = :id ORDER BY month;"""
R2 = f"""SELECT a.code, a.name, u.code, u.name, m.code, m.name, k.code, k.name, b.month, b.programmed, b.executed
  FROM (SELECT * FROM activities_activity WHERE plan_id = (SELECT id FROM activities_plan WHERE year = 2022)
         ORDER BY code LIMIT 100) a
  {_OF_ACTIVITY}
  JOIN bench_month b ON b.activity_id = a.id ORDER BY a.code, b.month;"""
R3 = f"""SELECT u.code, u.name, {_ADDED} JOIN units_unit u ON u.id = a.unit_id
 WHERE p.year = 2022 GROUP BY u.id, quarter ORDER BY u.code, quarter;"""
R3C = f"""SELECT u.code, u.name, {_ADDED} JOIN units_unit u ON u.id = p.institution_id
 WHERE p.year = 2022 GROUP BY u.id, quarter ORDER BY u.code, quarter;"""
R4 = f"""SELECT i.code, i.name, p.year, a.id, a.code, a.name, u.code, u.name, m.code, m.name, k.code, k.name,
       b.month, b.programmed, b.executed
  FROM bench_month b JOIN activities_activity a ON a.id = b.activity_id JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit i ON i.id = p.institution_id {_OF_ACTIVITY}
 WHERE p.year = 2022 ORDER BY b.activity_id, b.month;"""
W1 = """\\set id random(1, 300)
\\set month random(1, 12)
\\set value random(1, 9999)
UPDATE bench_month SET executed = :value WHERE activity_id = :id AND month = :month;"""
# Each client has activities and months of its own, as the units of an institution have.
W2 = f"""\\set first (:client_id % 3) * 300 + 1
\\set month (:client_id / 3) * 4 + 1
\\set value random(1, 9999)
UPDATE bench_month b SET executed = sent.executed
  FROM (SELECT :first + activity AS activity_id, :month + month AS month, :value + more AS executed
          FROM unnest('{{{",".join(str(n // 4) for n in range(BATCH))}}}'::int[],
                      '{{{",".join(str(n % 4) for n in range(BATCH))}}}'::int[],
                      '{{{",".join(f"{n}.5" for n in range(BATCH))}}}'::numeric[]) AS u (activity, month, more)) AS sent
 WHERE b.activity_id = sent.activity_id AND b.month = sent.month;"""


def rate(script: str, *, connections: int, seconds: float) -> float:
    """Return transactions a second of a script; one that takes longer is waited for."""
    settings = connection.settings_dict
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        program = str(Path(binaries.directory()) / "pgbench")
        how = ["-n", "-M", "prepared", "-f", file.name, "-T", str(max(1, round(seconds)))]
        who = ["-c", str(connections), "-j", str(min(2, connections))]
        where = ["-h", settings["HOST"], "-U", settings["USER"], settings["NAME"]]
        done = subprocess.run([program, *how, *who, *where], capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
