"""Made-up plans for measuring, written set by set in SQL, in three sizes (performance.md, "Sizes")."""

from dataclasses import dataclass

from django.db import connection

from poi_api.database import roles

YEAR = 2022  # the last of them


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: `years` plans of every institution, with so many `activities` each.

    Without `history` there are the wide rows that reports read and not what they are derived from: filling is
    then a matter of minutes for a million.
    """

    name: str
    institutions: int
    history: bool
    units: int = 15
    years: int = 3
    activities: int = 300

    @property
    def activity_years(self) -> int:
        return self.institutions * self.years * self.activities


SIZES = {
    "S": Size("S", institutions=1, history=True),
    "M": Size("M", institutions=50, history=False),
    "L": Size("L", institutions=1112, history=False),
}

_UNITS = """
INSERT INTO units_unit (code, name, kind, parent_id, path)
SELECT 'I' || i, 'INSTITUCIÓN ' || i, 'institution', NULL, '{}' FROM generate_series(1, %(institutions)s) i;
"""
_ORGANS = """
INSERT INTO units_unit (code, name, kind, parent_id, path)
SELECT i.code || '-U' || u, 'GERENCIA ' || u, 'organic_unit', i.id, '{}'
  FROM units_unit i, generate_series(1, %(units)s) u WHERE i.kind = 'institution';
"""
_CATALOGUES = """
INSERT INTO activities_mefactivity (code, name)
SELECT 'M' || n, 'GESTIÓN ADMINISTRATIVA ' || n FROM generate_series(1, 5) n;
"""
_MEASURES = """
INSERT INTO activities_measurementunit (code, name)
SELECT 'UM' || n, 'ACCIONES ' || n FROM generate_series(1, 3) n;
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
SELECT p.id, u.ids[1 + n %% %(units)s], m.ids[1 + n %% 5], k.ids[1 + n %% 3], 'A' || lpad(n::text, 5, '0'),
       'DIRECCIÓN, CONTROL Y SUPERVISIÓN DEL FUNCIONAMIENTO DE LA ENTIDAD ' || n
  FROM activities_plan p
  CROSS JOIN generate_series(1, %(activities)s) n
  CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM activities_mefactivity) m
  CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM activities_measurementunit) k
  JOIN (SELECT institution_id, array_agg(id ORDER BY id) AS ids FROM units_unit
         WHERE kind <> 'institution' GROUP BY 1) u ON u.institution_id = p.institution_id
 ORDER BY p.year, p.id, n;
"""
_PROGRAMMED = "1 + (a.id * m) %% 29"
_EXECUTED = "(a.id * m) %% 31 + 0.5 * (m %% 2)"
_TARGETS = f"""
INSERT INTO activities_targetrevision (activity_id, version, programmed, unit_id, change_set_id)
SELECT a.id, 1, ARRAY(SELECT {_PROGRAMMED} FROM generate_series(1, 12) m), a.unit_id,
       (SELECT current_change_set())
  FROM activities_activity a;
"""
_ENTRIES = f"""
INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, origin, change_set_id)
SELECT a.id, m, 1, {_EXECUTED}, 'import', (SELECT current_change_set())
  FROM activities_activity a, generate_series(1, 12) m;
"""
_SILENT = "ALTER TABLE activities_activity DISABLE TRIGGER USER"
_LOUD = """DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'activities_activity'::regclass AND NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE activities_activity ENABLE ALWAYS TRIGGER %%I', found.tgname);
    END LOOP; END $$"""
_WIDE = f"""
INSERT INTO activities_figure (activity_id, programmed, initial, executed, late, reason, evidence_url,
                               pending, pending_version, entry_version, status, quarter_programmed, quarter_executed,
                               quarter_progress, annual_target, executed_total, progress, shown)
SELECT a.id, f.programmed, f.programmed, f.executed, array_fill(false, ARRAY[12]),
       array_fill(''::text, ARRAY[12]), array_fill(''::text, ARRAY[12]), array_fill(NULL::numeric, ARRAY[12]),
       array_fill(NULL::int, ARRAY[12]), array_fill(1, ARRAY[12]), array_fill('accepted'::text, ARRAY[12]),
       m.*, figure_json(f.programmed, f.executed, m)
  FROM activities_activity a
 CROSS JOIN LATERAL (SELECT array_agg({_PROGRAMMED} ORDER BY m)::numeric[] AS programmed,
                            array_agg(trim_scale({_EXECUTED}) ORDER BY m) AS executed
                       FROM generate_series(1, 12) m) f
 CROSS JOIN LATERAL measures('sum', f.programmed, f.executed) m
"""
_PLAIN = """
CREATE TABLE bench_month AS
SELECT row_number() OVER () AS id, f.activity_id, m.month::smallint,
       m.programmed::numeric(15,3), m.executed::numeric(15,3)
  FROM activities_figure f, unnest(f.programmed, f.executed) WITH ORDINALITY AS m (programmed, executed, month)
"""
_PLAIN_KEY = "ALTER TABLE bench_month ADD PRIMARY KEY (id)"
_PLAIN_INDEX = "CREATE UNIQUE INDEX ON bench_month (activity_id, month)"
_SETTING = (_UNITS, _ORGANS, _CATALOGUES, _MEASURES, _PLANS, _VERSIONS, _PERIODS)
_TRUE = (_ACTIVITIES, _TARGETS, _ENTRIES)
_DERIVED = (_SILENT, _ACTIVITIES, _LOUD, _WIDE)
_RIVALS = (_PLAIN, _PLAIN_KEY, _PLAIN_INDEX)


def fill(size: Size, *, rivals: bool = True) -> None:
    """Fill an empty, migrated database, and the rivals' table with the same figures if they are to be measured.

    As the owner of the tables.
    """
    numbers = {"institutions": size.institutions, "units": size.units, "activities": size.activities}
    years = {"first_year": YEAR - size.years + 1, "last_year": YEAR}
    with roles.as_owner(), connection.cursor() as cursor:
        for step in _SETTING + (_TRUE if size.history else _DERIVED) + (_RIVALS if rivals else ()):
            cursor.execute(step % (numbers | years))  # whole numbers only: there is nothing to escape
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
