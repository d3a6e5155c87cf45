"""Made-up plans for measuring, written set by set in SQL: what speed.md calls size S."""

from django.db import connection

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
SELECT id, y, 'approved' FROM units_unit, generate_series(2023 - %(years)s, 2022) y WHERE kind = 'institution';
"""
_VERSIONS = "INSERT INTO activities_planversion (plan_id, number) SELECT id, 1 FROM activities_plan;"
_PERIODS = """
INSERT INTO activities_reportingperiod (plan_id, month, opens_on, due_on, closes_on)
SELECT id, m, make_date(year, m, 1), make_date(year, m, 1) + 40, make_date(year, m, 1) + 45
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
         WHERE kind <> 'institution' GROUP BY 1) u ON u.institution_id = p.institution_id;
"""
_TARGETS = """
INSERT INTO activities_targetrevision (activity_id, version, programmed, unit_id, change_set_id)
SELECT a.id, 1, ARRAY(SELECT 1 + (a.id * m) %% 29 FROM generate_series(1, 12) m), a.unit_id,
       (SELECT current_change_set())
  FROM activities_activity a;
"""
_ENTRIES = """
INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, origin, change_set_id)
SELECT a.id, m, 1, (a.id * m) %% 31 + 0.5 * (m %% 2), 'import', (SELECT current_change_set())
  FROM activities_activity a, generate_series(1, 12) m;
"""
_PLAIN = """
CREATE TABLE bench_month AS
SELECT row_number() OVER () AS id, f.activity_id, m.month::smallint,
       m.programmed::numeric(15,3), m.executed::numeric(15,3)
  FROM activities_figure f, unnest(f.programmed, f.executed) WITH ORDINALITY AS m (programmed, executed, month)
"""
_PLAIN_INDEX = "CREATE UNIQUE INDEX ON bench_month (activity_id, month)"
_PLAN_STEPS = (_PLANS, _VERSIONS, _PERIODS, _ACTIVITIES, _TARGETS, _ENTRIES)
_STEPS = (_UNITS, _ORGANS, _CATALOGUES, _MEASURES, *_PLAN_STEPS, _PLAIN, _PLAIN_INDEX)


def fill(*, institutions: int = 1, units: int = 15, years: int = 3, activities: int = 300) -> None:
    """Fill an empty, migrated database: `activities` in each of `years` plans of each institution."""
    sizes = {"institutions": institutions, "units": units, "years": years, "activities": activities}
    with connection.cursor() as cursor:
        for step in _STEPS:
            cursor.execute(_literal(step, sizes))
        cursor.execute("ANALYZE")


def _literal(step: str, sizes: dict[str, int]) -> str:
    # Only whole numbers go in: there is nothing to escape.
    return step % sizes
