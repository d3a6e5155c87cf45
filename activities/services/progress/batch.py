"""Lists of progress or of reviews: one verdict per item, all of them or the good ones written (api.md, "Batch")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from activities.choices import BatchMode
from activities.services.progress.reviewing import judge_reviews
from activities.services.progress.submitting import judge_progress
from activities.services.progress.verdicts import Judged, SubmittedItem, count, errors_of
from poi_api.http.exceptions import Invalid
from poi_api.http.problem_items import ErrorItem
from units.access.grants import Access

REJECTED = "rejected"
PROGRESS_STATUSES = ("created", "updated", "unchanged", REJECTED)
Readings = Sequence[tuple[SubmittedItem, list[ErrorItem]]]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A batch's answer, and whether anything was good in it."""

    answer: dict[str, Any]
    has_effect: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a list is of: how it is judged, what a good item's status is, and which there are."""

    judge: Callable[..., list[Judged]]
    status: Callable[[Judged], str]
    statuses: tuple[str, ...]


_PROGRESS = _Kind(judge_progress, lambda judged: judged.verdict, PROGRESS_STATUSES)
_REVIEWS = _Kind(judge_reviews, lambda judged: judged.state, ("accepted", "returned", REJECTED))


def submit_batch(
    readings: Readings, *, access: Access, mode: str, dry_run: bool, besides: Mapping[str, Any] | None = None
) -> BatchResult:
    """Submit a list of months. Raises Invalid, with the answer's members, if it is atomic and an item is rejected.

    `besides` are further members of the answer.
    """
    return _run(_PROGRESS, readings, access, mode, dry_run, besides)


def review_batch(readings: Readings, *, access: Access, mode: str, dry_run: bool) -> BatchResult:
    """Give a list of verdicts. Raises Invalid, with the answer's members, if it is atomic and an item is rejected."""
    return _run(_REVIEWS, readings, access, mode, dry_run)


def _run(
    kind: _Kind,
    readings: Readings,
    access: Access,
    mode: str,
    dry_run: bool,
    besides: Mapping[str, Any] | None = None,
) -> BatchResult:
    trial = dry_run or (mode == BatchMode.ATOMIC and any(flaws for _, flaws in readings))
    listed, partly = [item for item, _ in readings], mode == BatchMode.PARTIAL
    verdicts = kind.judge(listed, access=access, partly=partly, trial=trial) if listed else []
    items = [_verdict(kind, judged, item, flaws) for judged, (item, flaws) in zip(verdicts, readings, strict=True)]
    summary = count((item["status"] for item in items), kind.statuses)
    answer = {"dry_run": dry_run, "mode": mode, "summary": summary, **(besides or {}), "items": items}
    if mode == BatchMode.ATOMIC and summary[REJECTED]:
        _refuse(answer)
    return BatchResult(answer, has_effect=summary[REJECTED] < len(items))


def _verdict(kind: _Kind, judged: Judged, item: SubmittedItem, flaws: Sequence[ErrorItem]) -> dict[str, Any]:
    errors = errors_of(judged, item, flaws, judged.place)
    return {
        "index": judged.place,
        **({"row": item["row"]} if "row" in item else {}),
        "status": REJECTED if errors else kind.status(judged),
        "activity": judged.reference,
        "month": judged.month,
        "entry_version": judged.entry_version,
        "errors": errors,
    }


def _refuse(answer: dict[str, Any]) -> None:
    errors = [error for item in answer["items"] for error in item["errors"]]
    rejected, total = answer["summary"][REJECTED], len(answer["items"])
    detail = f"No se guardó nada: {rejected} de {total} elementos se rechazaron; vea en «items» cuáles y por qué."
    raise Invalid(errors[0]["code"], detail, errors=errors, members=answer)
