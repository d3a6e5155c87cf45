"""Lists of progress or of reviews: one verdict per item, all of them or the good ones written (api.md, "Batch")."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from activities.choices import BatchMode
from activities.services.progress.arrays import Column
from activities.services.progress.findings import Findings
from activities.services.progress.reviewing import judge_reviews
from activities.services.progress.submitting import GOOD, judge_progress
from activities.services.progress.verdicts import Sent, errors_of
from poi_api.http.exceptions import Invalid
from units.access.grants import Access

REJECTED = "rejected"
PROGRESS_STATUSES = (*GOOD, REJECTED)
REVIEW_STATUSES = ("accepted", "returned", REJECTED)


def submit_batch(items: Sent, *, access: Access, mode: str, dry_run: bool) -> dict[str, Any]:
    """Submit a list of months, and return what is answered.

    Raises Invalid, with the members of the answer, if it is atomic and an item is rejected.
    """
    return _run(judge_progress, PROGRESS_STATUSES, items, access, mode, dry_run)


def review_batch(items: Sent, *, access: Access, mode: str, dry_run: bool) -> dict[str, Any]:
    """Give a list of verdicts; see `submit_batch`."""
    return _run(judge_reviews, REVIEW_STATUSES, items, access, mode, dry_run)


def _run(
    judge: Callable[..., Findings], statuses: Sequence[str], sent: Sent, access: Access, mode: str, dry_run: bool
) -> dict[str, Any]:
    trial = dry_run or (mode == BatchMode.ATOMIC and any(sent.column("flawed")))
    partly = mode == BatchMode.PARTIAL
    findings = judge(sent.column, access=access, partly=partly, trial=trial)
    answer = _answer(statuses, findings, sent, mode, dry_run=dry_run)
    if mode == BatchMode.ATOMIC and answer["summary"][REJECTED]:
        _refuse(answer)
    return answer


def submitted_list(findings: Findings, column: Column) -> dict[str, Any]:
    """Return the answer to a list in which all was good, so that nothing in it is explained."""
    return _answer(PROGRESS_STATUSES, findings, Sent(column, [].__getitem__), BatchMode.ATOMIC, dry_run=False)


def _answer(statuses: Sequence[str], findings: Findings, sent: Sent, mode: str, *, dry_run: bool) -> dict[str, Any]:
    items = _items(findings, sent)
    if sent.rows:
        items = [{"index": None, "row": row} | item for row, item in zip(sent.rows, items, strict=True)]
    counts = Counter(item["status"] for item in items)
    summary = {status: counts[status] for status in statuses}
    return {"dry_run": dry_run, "mode": mode, "summary": summary, **sent.besides, "items": items}


def _items(findings: Findings, sent: Sent) -> list[dict[str, Any]]:
    """Return what is answered of each item."""
    columns = zip(findings.statuses, findings.activities, sent.column("month"), findings.versions, strict=True)
    items = [
        {"index": place, "status": status, "activity": activity, "month": month, "entry_version": version, "errors": ()}
        for place, (status, activity, month, version) in enumerate(columns)
    ]
    for place, judged in findings.rejected.items():
        errors = errors_of(judged, *sent.read(place), place)
        items[place] |= {"status": REJECTED, "activity": judged.reference, "errors": errors}
    return items


def _refuse(answer: dict[str, Any]) -> None:
    errors = [error for item in answer["items"] for error in item["errors"]]
    rejected, total = answer["summary"][REJECTED], len(answer["items"])
    detail = f"No se guardó nada: {rejected} de {total} elementos se rechazaron; vea en «items» cuáles y por qué."
    raise Invalid(errors[0]["code"], detail, errors=errors, members=answer)
