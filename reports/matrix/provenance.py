"""Which line of which document the figures of a row came from (api.md, "Reports", `provenance=true`)."""

from typing import Any

from rest_framework import serializers

from activities.choices import RowStatus
from reports.matrix.query import MatrixQuestion
from reports.shared.columns import Column, Group, choice, number, text
from reports.shared.imports import latest_row

_SAID = "Con `provenance=true`"
_MAY_BE_ABSENT: dict[str, Any] = {"allow_null": True, "required": False}
# All null where the figures came from no document
PROVENANCE: tuple[Column | Group, ...] = (
    number("import", "o.source_id", f"{_SAID}: id de la importación.", **_MAY_BE_ABSENT),
    number("line", "o.line", f"{_SAID}: la línea del documento.", **_MAY_BE_ABSENT),
    choice("status", "o.status", RowStatus.choices, f"{_SAID}: cómo se leyó.", **_MAY_BE_ABSENT),
    Group(
        "doubts",
        serializers.ListField(
            child=serializers.CharField(), help_text=f"{_SAID}: sus cifras dudosas, por sus títulos.", **_MAY_BE_ABSENT
        ),
        (text("doubts", "array_to_string(o.doubts, '; ')", **_MAY_BE_ABSENT),),
    ),
)
# What a row has in JSON after its other members
PROVENANCE_JSON = "".join(
    f""" || ',"{member.name}":' || coalesce(to_json({value})::text, 'null')"""
    for member, value in zip(PROVENANCE, ("o.source_id", "o.line", "o.status", "o.doubts"), strict=True)
)


def came_from(question: MatrixQuestion) -> str:
    """Return the FROM item `o`, where the figures of activity `a` came from as known at the moment; "" if not asked.

    Figures have one moment, whatever names they are put under (domain.md, rule 9).
    """
    if not question.provenance:
        return ""
    return f" LEFT JOIN LATERAL ({latest_row(question, 'r.source_id, r.line, r.status, w.doubts')}) AS o ON true"
