"""Made-up plans for measuring, written set by set in SQL, in three sizes (performance.md, "Sizes")."""

from dataclasses import asdict, dataclass

from django.db import connection

from poi_api.database import roles
from units.access.keys import digest_of

YEAR = 2022  # the last of them
FIRST_INSTITUTION = "I0001"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: `years` plans of every institution, with so many `activities` each.

    With `history` there is what figures are derived from, and it is in the feed: of the first institution, which is
    written to, all of it, and of the others that of the last year.
    """

    name: str
    institutions: int
    history: bool = True
    units: int = 60
    measurement_units: int = 40
    years: int = 3
    activities: int = 300

    @property
    def activity_years(self) -> int:
        return self.institutions * self.years * self.activities


SIZES = {"S": Size("S", institutions=1), "M": Size("M", institutions=50), "L": Size("L", institutions=1112)}
_AT_ONCE = 50  # institutions


@dataclass(frozen=True, slots=True)
class Prepared:
    """A filled database: the keys of a reader and of who reports, its first institution's activities year after year,
    and a moment 1,000 changes ago."""

    reader: str
    reporter: str
    years: list[list[int]]
    past: str


_UNITS = """
INSERT INTO units_unit (code, name, kind, parent_id, path)
SELECT 'I' || to_char(i, 'FM0000'), 'INSTITUCIÓN ' || to_char(i, 'FM0000'), 'institution', NULL, '{}'
  FROM generate_series(1, %(institutions)s) i;
"""
_ORGANS = """
INSERT INTO units_unit (code, name, kind, parent_id, path)
SELECT i.code || '-U' || to_char(u, 'FM00'), 'GERENCIA ' || to_char(u, 'FM00'), 'organic_unit', i.id, '{}'
  FROM units_unit i, generate_series(1, %(units)s) u WHERE i.kind = 'institution';
"""
_CATALOGUES = """
INSERT INTO activities_mefactivity (code, name)
SELECT 'M' || n, 'GESTIÓN ADMINISTRATIVA ' || n FROM generate_series(1, 5) n;
"""
_MEASURES = """
INSERT INTO activities_measurementunit (code, name)
SELECT 'UM' || n, 'ACCIONES ' || n FROM generate_series(1, %(measurement_units)s) n;
"""
_PLANS = """
INSERT INTO activities_plan (institution_id, year, status)
SELECT id, y, 'approved' FROM units_unit, generate_series(%(first_year)s, %(last_year)s) y WHERE kind = 'institution';
"""
_VERSIONS = "INSERT INTO activities_planversion (plan_id, number) SELECT id, 1 FROM activities_plan;"
# All of them are open: writing is measured too.
_PERIODS = """
INSERT INTO activities_reportingperiod (plan_id, month, opens_on, due_on, closes_on)
SELECT id, m, make_date(year, m, 1), current_date + 30, current_date + 35
  FROM activities_plan, generate_series(1, 12) m;
"""
_ACTIVITIES = """
INSERT INTO activities_activity (plan_id, unit_id, mef_activity_id, measurement_unit_id, code, name)
SELECT p.id, u.ids[1 + n %% %(units)s], m.ids[1 + n %% 5], k.ids[1 + n %% %(measurement_units)s],
       'A' || lpad(n::text, 5, '0'),
       'DIRECCIÓN, CONTROL Y SUPERVISIÓN DEL FUNCIONAMIENTO DE LA ENTIDAD ' || n
  FROM activities_plan p
  CROSS JOIN generate_series(1, %(activities)s) n
  CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM activities_mefactivity) m
  CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM activities_measurementunit) k
  JOIN (SELECT institution_id, array_agg(id ORDER BY id) AS ids FROM units_unit
         WHERE kind <> 'institution' GROUP BY 1) u ON u.institution_id = p.institution_id
 ORDER BY p.year, p.id, n;
"""
# Every fourth activity is counted in hundredths, the others in whole things
_PROGRAMMED = "1 + (a.id * m) %% 29 + CASE WHEN a.id %% 4 = 0 THEN (m %% 4) * 0.25 ELSE 0 END"
_EXECUTED = "(a.id * m) %% 31 + CASE WHEN a.id %% 4 = 0 THEN ((a.id + m) %% 20) * 0.05 ELSE 0 END"
_OF_HISTORY = """p.institution_id BETWEEN %(first)s AND %(last)s
   AND (p.year = %(last_year)s OR p.institution_id = (SELECT min(id) FROM units_unit))"""
_TARGETS = f"""
INSERT INTO activities_targetrevision (activity_id, version, programmed, unit_id, change_set_id)
SELECT a.id, 1, f.programmed, a.unit_id, (SELECT current_change_set())
  FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id JOIN activities_figure f ON f.activity_id = a.id
 WHERE {_OF_HISTORY};
"""
_ENTRIES = f"""
INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, origin, change_set_id)
SELECT a.id, m, 1, f.executed[m], 'import', (SELECT current_change_set())
  FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id JOIN activities_figure f ON f.activity_id = a.id
 CROSS JOIN generate_series(1, 12) m
 WHERE {_OF_HISTORY};
"""
# Figures are put there as they would follow, which would take hours for a million
_FOLLOWING = ("activities_activity", "activities_targetrevision", "activities_progressentry")
_UNFOLLOWED = ";".join(f"ALTER TABLE {table} DISABLE TRIGGER figures_follow" for table in _FOLLOWING)
_FOLLOWED = ";".join(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER figures_follow" for table in _FOLLOWING)
_WIDE = f"""
INSERT INTO activities_figure (activity_id, programmed, executed, late, reason, evidence_url, pending,
                               pending_version, entry_version, status, quarter_programmed, quarter_executed,
                               quarter_progress, annual_target, executed_total, progress)
SELECT a.id, f.programmed, f.executed, array_fill(false, ARRAY[12]),
       array_fill(''::text, ARRAY[12]), array_fill(''::text, ARRAY[12]), array_fill(NULL::numeric, ARRAY[12]),
       array_fill(NULL::int, ARRAY[12]), array_fill(1, ARRAY[12]), array_fill('accepted'::text, ARRAY[12]),
       m.*
  FROM activities_activity a
 CROSS JOIN LATERAL (SELECT array_agg({_PROGRAMMED} ORDER BY m)::numeric[] AS programmed,
                            array_agg(trim_scale({_EXECUTED}) ORDER BY m) AS executed
                       FROM generate_series(1, 12) m) f
 CROSS JOIN LATERAL measures('sum', f.programmed, f.executed) m
"""
_PLAIN = """
CREATE TABLE bench_month AS
SELECT row_number() OVER () AS id, f.activity_id, m.month::smallint,
       m.programmed::numeric(15,3), m.executed::numeric(15,3), 1 AS entry_version
  FROM activities_figure f, unnest(f.programmed, f.executed) WITH ORDINALITY AS m (programmed, executed, month)
"""
_PLAIN_KEYS = """
ALTER TABLE bench_month ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON bench_month (activity_id, month);
"""
# What keeping the same promises takes: keys by their hash, entries, changes, and one order of transactions
_PROMISES = """
CREATE TABLE bench_key (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash bytea NOT NULL UNIQUE,
                        role text NOT NULL, unit_id bigint, is_active boolean NOT NULL DEFAULT true);
CREATE TABLE bench_entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, xid bigint NOT NULL,
                          activity_id bigint NOT NULL REFERENCES activities_activity, month smallint NOT NULL,
                          entry_version int NOT NULL, executed numeric(15,3), is_late boolean NOT NULL,
                          UNIQUE (activity_id, month, entry_version));
CREATE TABLE bench_change (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, xid bigint NOT NULL,
                           entity text NOT NULL, object_id bigint NOT NULL, unit_id bigint NOT NULL);
CREATE INDEX ON bench_change (xid);
CREATE TABLE bench_change_set (position bigint PRIMARY KEY, xid bigint NOT NULL UNIQUE,
                               committed_at timestamptz NOT NULL, key_id bigint NOT NULL);
CREATE TABLE bench_order (position bigint NOT NULL, committed_at timestamptz NOT NULL);
INSERT INTO bench_order VALUES (0, clock_timestamp());
"""
_RIVAL_TABLES = ("bench_month", "bench_key", "bench_entry", "bench_change", "bench_change_set", "bench_order")
_ALL = (_UNITS, _ORGANS, _CATALOGUES, _MEASURES, _PLANS, _VERSIONS, _PERIODS, _UNFOLLOWED, _ACTIVITIES, _WIDE)
_HISTORY = (_TARGETS, _ENTRIES)
_RIVALS = (_PLAIN, _PLAIN_KEYS, _PROMISES)


def fill(size: Size, *, rivals: bool = True) -> None:
    """Fill an empty, migrated database, and the rivals' table with the same figures if they are to be measured.

    As the owner of the tables.
    """
    numbers = {"first_year": YEAR - size.years + 1, "last_year": YEAR, **asdict(size)}
    with roles.as_owner(), connection.cursor() as cursor:
        for step in _ALL:
            cursor.execute(step % numbers)  # whole numbers only: there is nothing to escape
        for first in range(1, size.institutions + 1, _AT_ONCE) if size.history else ():
            for step in _HISTORY:
                cursor.execute(step % {**numbers, "first": first, "last": first + _AT_ONCE - 1})
        for step in (_FOLLOWED, *(_RIVALS if rivals else ())):
            cursor.execute(step)
        if rivals and (role := roles.service_role()):
            cursor.execute(f'GRANT SELECT, INSERT, UPDATE ON {", ".join(_RIVAL_TABLES)} TO "{role}"')
        cursor.execute("VACUUM ANALYZE")


def activities_by_year() -> list[list[int]]:
    """Return the ids of the first institution's activities, year after year."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT array_agg(a.id ORDER BY a.id)
                 FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id
                WHERE p.institution_id = (SELECT min(institution_id) FROM activities_plan)
                GROUP BY p.year ORDER BY p.year"""
        )
        return [ids for (ids,) in cursor.fetchall()]


_KEY = """
INSERT INTO bench_key (hash, role, unit_id)
SELECT %s, 'reporter', min(id) FROM units_unit WHERE parent_id IS NULL
"""
# Only the first institution's plans are written to
_SAME_FIGURES = """
UPDATE bench_month b SET executed = f.executed[b.month]
  FROM activities_figure f JOIN activities_activity a ON a.id = f.activity_id JOIN activities_plan p ON p.id = a.plan_id
 WHERE b.activity_id = f.activity_id AND b.executed IS DISTINCT FROM f.executed[b.month]
   AND p.institution_id = (SELECT min(id) FROM units_unit WHERE parent_id IS NULL)
"""


def level(key: str) -> None:
    """Have the rivals know the key of who reports on the first institution, and begin with the product's figures."""
    with connection.cursor() as cursor:
        cursor.execute(_KEY, [digest_of(key)])
        cursor.execute(_SAME_FIGURES)


def entries_written() -> int:
    """Return how many entries of progress came over HTTP."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM activities_progressentry WHERE origin = 'api'")
        entries: int = cursor.fetchone()[0]
    return entries


_CORRECTION = """
INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, origin, change_set_id)
SELECT %(activity)s, %(month)s, 1 + count(*), %(executed)s, 'api', (SELECT current_change_set())
  FROM activities_progressentry WHERE activity_id = %(activity)s AND month = %(month)s"""
_RENAMING = "UPDATE {} SET name = name || ' ' || %(executed)s WHERE id = (SELECT min(id) + %(month)s FROM {})"


def change(years: list[list[int]], changes: int) -> str:
    """Make so many changes, each a commit: months of all years, some names between; return the moment before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(committed_at) FROM units_changeset")
        (moment,) = cursor.fetchone()
        activities = [activity for year in years for activity in year]
        for turn in range(changes):
            values = {"activity": activities[turn * 7 % len(activities)], "month": 1 + turn % 12, "executed": turn}
            table = ("units_unit", "activities_activity", "activities_measurementunit")[turn // 50 % 3]
            cursor.execute(_CORRECTION if turn % 50 else _RENAMING.format(table, table), values)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"
