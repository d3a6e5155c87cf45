"""Lists of progress or of reviews: one verdict per item, all of them or the good ones written (api.md, "Batch")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from activities.choices import BatchMode
from activities.services.progress.reviewing import judge_reviews
from activities.services.progress.submitting import judge_progress
from activities.services.progress.verdicts import Judged, Sent, count, errors_of
from poi_api.http.exceptions import Invalid
from units.access.grants import Access

REJECTED = "rejected"
PROGRESS_STATUSES = ("created", "updated", "unchanged", REJECTED)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A batch's answer, and whether anything was good in it."""

    answer: dict[str, Any]
    has_effect: bool


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a list is of: how it is judged, which verdicts are good, what then is the status, and which there are."""

    judge: Callable[..., list[Judged]]
    good: frozenset[str]
    status: Callable[[Judged], str]
    statuses: tuple[str, ...]


_PROGRESS = _Kind(judge_progress, frozenset(PROGRESS_STATUSES[:-1]), attrgetter("verdict"), PROGRESS_STATUSES)
_REVIEWS = _Kind(judge_reviews, frozenset(["good"]), attrgetter("state"), ("accepted", "returned", REJECTED))


def submit_batch(
    sent: Sent, *, access: Access, mode: str, dry_run: bool, besides: Mapping[str, Any] | None = None
) -> BatchResult:
    """Submit a list of months. Raises Invalid, with the answer's members, if it is atomic and an item is rejected.

    `besides` are further members of the answer.
    """
    return _run(_PROGRESS, sent, access, mode, dry_run, besides)


def review_batch(sent: Sent, *, access: Access, mode: str, dry_run: bool) -> BatchResult:
    """Give a list of verdicts. Raises Invalid, with the answer's members, if it is atomic and an item is rejected."""
    return _run(_REVIEWS, sent, access, mode, dry_run)


def _run(
    kind: _Kind,
    sent: Sent,
    access: Access,
    mode: str,
    dry_run: bool,
    besides: Mapping[str, Any] | None = None,
) -> BatchResult:
    trial = dry_run or (mode == BatchMode.ATOMIC and any(sent.column("flawed")))
    partly = mode == BatchMode.PARTIAL
    verdicts = kind.judge(sent.column, access=access, partly=partly, trial=trial) if sent.column("month") else []
    items = [_verdict(kind, judged, sent) for judged in verdicts]
    if sent.rows:
        items = [{"index": None, "row": row} | item for row, item in zip(sent.rows, items, strict=True)]
    summary = count((item["status"] for item in items), kind.statuses)
    answer = {"dry_run": dry_run, "mode": mode, "summary": summary, **(besides or {}), "items": items}
    if mode == BatchMode.ATOMIC and summary[REJECTED]:
        _refuse(answer)
    return BatchResult(answer, has_effect=summary[REJECTED] < len(items))


def _verdict(kind: _Kind, judged: Judged, sent: Sent) -> dict[str, Any]:
    place = judged.place
    errors = () if judged.verdict in kind.good else errors_of(judged, *sent.read(place), place)
    return {
        "index": place,
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
