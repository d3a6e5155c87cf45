"""Which line of which document an entry came from."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from activities.models import AppliedRow, ProgressEntry


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
