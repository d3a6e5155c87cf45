"""What was imported into a plan before: which units its codes mean, and whether a document is older than that."""

from dataclasses import dataclass

from django.db.models import Max, QuerySet

from activities.choices import MONTHS, Origin
from activities.document import Document, Problem
from activities.document.wording import counted
from activities.exceptions import RefusedImportError
from activities.models import ImportApplication, ImportUndoing, Plan, ProgressEntry
from activities.services.importing.matching import Matched


@dataclass(frozen=True, slots=True)
class Older:
    """That a document is older than one imported before, because of what; it says something up to `month`."""

    month: int
    because: str

    @property
    def remark(self) -> Problem:
        """Say it of a document that takes nothing back."""
        detail = f"El documento es anterior a lo que ya se importó ({self.because}): no se cambió lo que trajo el otro."
        return Problem("older_document", detail)

    def refuse_taking_back(self, targets: int, entries: int, classified: int) -> None:
        """Raise RefusedImportError if writing the document changed what a later one had brought."""
        if targets or entries or classified:
            classifications = counted(classified, "clasificación", "clasificaciones")
            raise RefusedImportError(
                f"El documento es anterior a lo que ya se importó ({self.because}): devolvería "
                f"{counted(targets, 'meta', 'metas')}, {counted(entries, 'cifra', 'cifras')} y {classifications} a "
                "como eran. No se importó nada: importe el más reciente."
            )


def known_unit_codes(plan: Plan) -> dict[str, int]:
    """Return the ids of units by the codes that documents of the plan had for them, the latest last."""
    known: dict[str, int] = {}
    for outcome in _standing(plan).values_list("outcome", flat=True):
        known |= outcome.get("changes", {}).get("unit_codes", {})
    return known


def older_than_imported(plan: Plan, document: Document, matched: Matched) -> Older | None:
    """Return that a document is older than one imported before for the same activities, None if nothing shows it.

    It is if it was cut off on an earlier day, if its figures end with an earlier month, and if it is a file that was
    imported already, with another one after it (docs/decisions/0042).
    """
    reported = (month for row, _ in matched for month, done in enumerate(row.executed, 1) if done is not None)
    last = max(reported, default=0)
    activities = [activity.pk for _, activity in matched]
    before = _standing(plan).filter(rows__activity__in=activities).distinct()
    imports = list(before.values_list("source__sha256", "source__cut_off"))
    latest = max((day for _, day in imports if day is not None), default=None)
    if document.cut_off is not None and latest is not None and document.cut_off < latest:
        return Older(last, f"es al {document.cut_off:%d/%m/%Y} y lo importado, al {latest:%d/%m/%Y}")
    brought = ProgressEntry.objects.filter(activity__in=activities, origin=Origin.IMPORT, executed__isnull=False)
    undone = ImportUndoing.objects.filter(application__plan=plan)
    standing = brought.exclude(change_set__in=undone.values("application__change_set"))
    # What an undoing gave back had been written before, by an import that counts itself if it stands
    standing = standing.exclude(change_set__in=undone.values("change_set"))
    reached = standing.aggregate(month=Max("month"))["month"] or 0
    if 0 < last < reached:
        return Older(last, f"llega hasta {MONTHS[last - 1]} y lo importado, hasta {MONTHS[reached - 1]}")
    digests = [digest for digest, _ in imports]
    if document.digest in digests and document.digest != digests[-1]:
        return Older(last, "es un archivo que ya se importó, y después de él otro")
    return None


def inactive_among(plan: Plan, document: Document) -> list[Problem]:
    """Return which activities of the plan go on although the document calls them inactive."""
    lines = {each.code: each.line for each in document.inactive if each.code}
    if not lines:
        return []
    detail = (
        "La actividad {} («{}») está inactiva en el documento y sigue en el plan: si terminó, anúlela en una versión."
    )
    going_on = plan.activities.filter(code__in=lines, figure__cancelled_from=None).order_by("code")
    return [
        Problem("inactive_in_document", detail.format(activity.code, activity.name), lines[activity.code])
        for activity in going_on
    ]


def _standing(plan: Plan) -> QuerySet[ImportApplication]:
    """Return what was imported into a plan and not undone, in its order."""
    return ImportApplication.objects.filter(plan=plan, undoing__isnull=True).order_by("pk")
