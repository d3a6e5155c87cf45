"""Submitting a template that was filled in: a batch whose items know the row of the sheet that they come from."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from activities.models import Activity
from activities.services.progress.batch import submit_batch
from activities.services.progress.verdicts import Sent, SubmittedItem
from activities.sheets.reading import mixed_code
from poi_api.http.problem_items import ErrorItem, error_item
from units.access.grants import Access


class ReadLine(NamedTuple):
    """A line of the template: its item, which has the `row` of the sheet, the code that it shows, its flaws."""

    item: SubmittedItem
    code: str
    flaws: list[ErrorItem]


def submit_sheet(
    lines: Sequence[ReadLine], without_quantity: Sequence[int], *, access: Access, mode: str, dry_run: bool
) -> dict[str, Any]:
    """Submit the lines as `submit_batch` does.

    A line must show the code of the activity that its hidden cells name: otherwise cells of two lines were mixed, or
    the template is of another installation.
    """
    codes = dict(
        Activity.objects.visible_to(access)
        .filter(pk__in={line.item["id"] for line in lines if line.item["id"] is not None})
        .values_list("pk", "code")
    )
    readings = [_checked(line, codes.get(line.item["id"]), place) for place, line in enumerate(lines)]
    rows, besides = [line.item["row"] for line in lines], {"without_quantity": list(without_quantity)}
    sent = Sent.of(readings, rows=rows, besides=besides)
    return submit_batch(sent, access=access, mode=mode, dry_run=dry_run)


def _checked(line: ReadLine, code: str | None, place: int) -> tuple[SubmittedItem, list[ErrorItem]]:
    """Return a line's item and flaws; `code` is that of the activity that it names, None if the caller sees none."""
    if code is None or code == line.code or line.flaws:
        return line.item, line.flaws
    field, kind, detail = mixed_code(line.code, code)
    # Of which activity it is cannot be told
    return line.item | {"id": None, "flawed": True}, [error_item(kind, detail, field=field, index=place)]
