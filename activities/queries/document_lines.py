"""The lines of documents that were written into an activity, as printed and as read."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from activities.models import AppliedRow, Import, ProgressEntry
from activities.queries.import_report import exact
from units.access.grants import Access
from units.choices import Role


def lines_of(activity_id: int, access: Access) -> list[dict[str, Any]]:
    """Return the lines of documents that `access` plans for, in the order in which they were applied: one query.

    `reading` is the one that was taken: the reader's own, or the alternative that a person chose.
    """
    visible = Import.objects.visible_to(access, Role.PLANNER).values("pk")
    rows = AppliedRow.objects.filter(activity=activity_id, application__source__in=visible)
    shown = rows.select_related("row__source", "change_set", "application__undoing__change_set")
    return [_line(row) for row in shown.order_by("pk")]


def _line(row: AppliedRow) -> dict[str, Any]:
    report, source = exact(row.row.reading), row.row.source
    alternatives = {each["alternative"]: each for each in report["alternatives"]}
    return {
        "at": row.change_set.committed_at,
        "by": row.change_set.actor,
        "import": source.pk,
        "filename": source.filename,
        "cut_off": source.cut_off,
        "line": row.row.line,
        "status": row.row.get_status_display(),
        "cells": row.row.cells,
        "repairs": report["repairs"],
        "doubts": row.doubts,
        "reading": alternatives.get(row.reading, report),
        "chosen": bool(row.reading),
        "undone": getattr(row.application, "undoing", None),
    }


def with_provenance(entries: QuerySet[ProgressEntry]) -> QuerySet[ProgressEntry]:
    """Return the entries with `import_id`, `line` and `doubts` of the row that they came from, or were undone with.

    An import and its undoing write entries in transactions of their own, by which these are known.
    """
    by_it = Q(application__change_set_id=OuterRef("change_set_id"))
    undone = Q(application__undoing__change_set_id=OuterRef("change_set_id"))
    rows = AppliedRow.objects.filter(by_it | undone, activity_id=OuterRef("activity_id")).order_by("-pk")
    return entries.annotate(
        import_id=Subquery(rows.values("row__source_id")[:1]),
        line=Subquery(rows.values("row__line")[:1]),
        doubts=Subquery(rows.values("doubts")[:1]),
    )
