"""What the codes of a question name: what bore them at the moment asked about, else what bears them today."""

import json
from collections import defaultdict
from typing import Any, NamedTuple

from activities.models.classification import holding
from poi_api.database.rows import values_of
from poi_api.http.query import Errors, error
from poi_api.http.texts import quoted
from reports.shared.question import CLASSIFIERS
from reports.shared.selection import SIGHT, SIGHT_OF_ACTIVITY
from units.access.grants import Access

_THEN, _TODAY = "", "public."
# One look-up for all codes of a request, and whose units they are. Units outside the caller's are unknown to it.
_CODES = """
SELECT DISTINCT ON (kind, code) kind, code, id, is_institution, institution_id FROM ({named}) named
 ORDER BY kind, code, rank, id"""
_NAMED = """
SELECT 'unit' AS kind, u.code, u.id, u.kind = 'institution' AS is_institution, u.institution_id, {{rank}} AS rank
  FROM {{tables}}units_unit u
 WHERE u.code = ANY (%(unit_codes)s)
   AND ({sight} OR u.id IN (SELECT institution_id FROM public.units_unit WHERE id = ANY (%(units)s::bigint[])))
 UNION ALL
SELECT 'mef_activity', code, id, NULL, NULL, {{rank}}
  FROM {{tables}}activities_mefactivity WHERE code = ANY (%(mef_activity)s)
 UNION ALL
SELECT 'measurement_unit', code, id, NULL, NULL, {{rank}}
  FROM {{tables}}activities_measurementunit WHERE code = ANY (%(measurement_unit)s)"""

# What classifies activities is in no table of its own: its codes are those of the activities that can be seen
_OF_ACTIVITIES = """
 UNION ALL
SELECT '{name}', a.classification #>> ARRAY['{name}', 'code'], NULL, NULL, NULL, {{rank}}
  FROM {{tables}}activities_activity a JOIN {{tables}}units_unit u ON u.id = a.unit_id
 WHERE a.classification @> ANY (%({name})s::jsonb[]) AND NOT a.is_struck_out AND {sight}"""


class Named(NamedTuple):
    """What codes name, by parameter (`Question.ids`), and the institutions whose units are named (None: no unit is)."""

    ids: dict[str, list[Any]]
    institutions: tuple[int, ...] | None


def named_by(codes: dict[str, list[str]], access: Access, *, of_the_past: bool) -> tuple[Named, Errors]:
    """Return what codes name, and those that are unknown by parameter.

    `of_the_past` says that the past is being read: what had no bearer then is looked up as of today. One query, and
    none where no code is given.
    """
    of_units = [*codes["institution"], *codes["within"], *codes["unit"]]
    if not any(codes.values()):
        return Named({name: [] for name in codes}, None), {}
    rows = _rows(codes, of_units, access, of_the_past=of_the_past)
    ids: dict[str, list[Any]] = {name: _held(name, codes[name]) for name in CLASSIFIERS}
    errors: Errors = {}
    for name, given in codes.items():
        known = rows["unit" if name in ("within", "unit", "institution") else name]
        bearers = {code: row for code, row in known.items() if name != "institution" or row[1]}
        if name not in CLASSIFIERS:
            ids[name] = sorted({bearers[code][0] for code in given if code in bearers})
        for code in dict.fromkeys(given):
            if code not in bearers:
                errors.setdefault(name, []).extend(error("unknown_code", f"No existe el código {quoted(code)}."))
    institutions = tuple(sorted({institution for _, _, institution in rows["unit"].values()}))
    return Named(ids, institutions if of_units else None), errors


def _held(classifier: str, codes: list[str]) -> list[str]:
    """Return as JSON what classifications have in them that say one of `codes`."""
    return [json.dumps(holding(classifier, code)) for code in dict.fromkeys(codes)]


def _rows(
    codes: dict[str, list[str]], of_units: list[str], access: Access, *, of_the_past: bool
) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Return what each code of a kind names: its id, whether it is an institution, its institution's id."""
    named = _NAMED.format(sight=SIGHT[of_the_past].format("u"))
    for classifier in CLASSIFIERS:
        if codes[classifier]:  # who does not ask by it does not pay for it
            named += _OF_ACTIVITIES.format(name=classifier, sight=SIGHT_OF_ACTIVITY[of_the_past])
    tables = (_THEN, _TODAY) if of_the_past else (_THEN,)
    statement = _CODES.format(
        named=" UNION ALL ".join(named.format(tables=schema, rank=rank) for rank, schema in enumerate(tables))
    )
    values: dict[str, Any] = {
        **codes,
        **{classifier: _held(classifier, codes[classifier]) for classifier in CLASSIFIERS},
        "unit_codes": of_units,
        "everywhere": access.everywhere(),
        "units": access.unit_ids(),
    }
    rows: dict[str, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for kind, code, *row in values_of(statement, values):
        rows[kind][code] = tuple(row)
    return rows
