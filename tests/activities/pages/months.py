"""What the tests of a month's pages share: a world, and what is typed in a sheet."""

from typing import Any

from activities.models import Activity, ProgressEntry
from tests.pages_kit import Opened, Visit

SHEET = "/mi-mes/?month=2022-03"


def cells(activity: Activity, version: int = 0, **typed: Any) -> dict[str, Any]:
    """Return the fields of a row as a browser sends them, such as `executed`, `reason` and `choice`."""
    row = {"executed": "", "reason": "", "evidence": "", "version": version, **typed}
    return {f"{name}-{activity.pk}": value for name, value in row.items()}


def send(browser: Visit, *rows: dict[str, Any], path: str = SHEET) -> Opened:
    """Save a sheet with these rows."""
    form: dict[str, Any] = {name: value for row in rows for name, value in row.items()}
    ids = [name.removeprefix("version-") for name in form if name.startswith("version-")]
    return browser.send(path, form | {"row": ids})


def entries(activity: Activity, month: int = 3) -> list[tuple[Any, str, str]]:
    """Return what was reported of a month, oldest first."""
    found = ProgressEntry.objects.filter(activity=activity, month=month).order_by("entry_version")
    return list(found.values_list("executed", "reason", "evidence_url"))


def row_of(page: Opened, activity: Activity) -> Any:
    """Return the row of an activity, as an element."""
    return page.document.xpath(f"//tr[.//input[@name='version-{activity.pk}']]")[0]


def said(page: Opened, activity: Activity) -> str:
    """Return the text of the last cell of an activity's row."""
    return " ".join(row_of(page, activity).xpath("./td[last()]")[0].text_content().split())
