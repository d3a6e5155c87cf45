"""Freezing reports: the bytes of each format as of one moment, and what a recomputation of today would change."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.timezone import localtime

from activities.services.plans.plans import hold_plans
from poi_api.http import exact_json
from poi_api.http.exceptions import Invalid, TooLarge
from reports.models import Audience, Publication, PublicationContent
from reports.shared.columns import text_of
from reports.shared.question import PagedQuestion
from reports.shared.report import DocumentReport, report_called
from units.access.grants import Access
from units.history.moments import settled_clock
from units.models import Unit

MOST_ROWS = 10_000
_FOR_PLANNERS = "Los borradores se publican solo para quienes los planifican: use «audience»: «planners»."
# What differs between two readings though no figure does.
_OF_THE_READING = {
    *("results", "count", "next", "previous", "as_of", "due_by", "cut_off", "source_line", "scope", "labels"),
}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for whole reports, on which day in Lima."""

    access: Access
    day: date

    def whole(self, report: DocumentReport, parameters: Mapping[str, list[str]], variant: str) -> bytes:
        """Return all of a report in one format. Raises ValidationError for wrong parameters, Invalid `too_large`."""
        question = self.question(report, parameters, variant)
        if variant == "json":
            return exact_json.dumps(_document(report, question, self.access))
        with question.reading():
            return b"".join(report.files[variant](question, self.access))

    def question(self, report: DocumentReport, parameters: Mapping[str, list[str]], variant: str) -> Any:
        """Return what parameters ask of a report. Raises ValidationError for wrong ones."""
        asked = QueryDict(urlencode(parameters, doseq=True))
        return report.query.question(asked, self.access, self.day, variant)


def _document(report: DocumentReport, question: Any, access: Access) -> dict[str, Any]:
    """Return the members of a report, with all rows instead of a page."""
    if not isinstance(question, PagedQuestion):
        return report.document(question, access).members
    document = report.document(replace(question, limit=MOST_ROWS, offset=0), access).values()
    if document["count"] > MOST_ROWS:
        detail = f"El informe tiene más de {MOST_ROWS} filas: publíquelo por partes, con más filtros."
        raise Invalid("too_large", detail, field="parameters")
    return {name: part for name, part in document.items() if name not in ("next", "previous")}


def publish(
    *, asker: Asker, report: str, title: str, parameters: Mapping[str, list[str]], audience: str, unit: Unit
) -> Publication:
    """Freeze a report of an institution as known now, or at the `as_of` asked for, in each format that it has.

    Its plans are held: an approval is not withdrawn while it is published. Raises ValidationError for wrong parameters,
    and Invalid `too_large`, or `draft_for_planners` for drafts that members would see (domain.md, rule 8).
    """
    source = report_called(report)
    question = asker.question(source, parameters, "json")
    if question.draft and audience != Audience.PLANNERS:
        raise Invalid("draft_for_planners", _FOR_PLANNERS, field="audience")
    hold_plans(unit, question.from_year, question.to_year)
    asked = {**parameters, "as_of": parameters.get("as_of") or [localtime(settled_clock()).isoformat()]}
    contents = dict(_contents(source, asked, asker))
    made = Publication.objects.create(
        report=report,
        title=title or f"{source.title}, {unit.name}",
        parameters=asked,
        audience=audience,
        unit=unit,
    )
    PublicationContent.objects.bulk_create(
        PublicationContent(
            publication=made, format=variant, content=content, sha256=hashlib.sha256(content).hexdigest()
        )
        for variant, content in contents.items()
    )
    return made


def _contents(source: DocumentReport, asked: Mapping[str, list[str]], asker: Asker) -> Iterator[tuple[str, bytes]]:
    """Yield a report in each format that it has, but for those that it is too large for.

    What only JSON can show is in JSON alone.
    """
    of_files = {name: values for name, values in asked.items() if name not in source.query.json_alone}
    for variant in ("json", *source.files):
        with suppress(TooLarge):
            yield variant, asker.whole(source, asked if variant == "json" else of_files, variant)


def restatement(publication: Publication, asker: Asker) -> dict[str, Any]:
    """Return line by line what the report, computed today, would say otherwise; its moment apart."""
    frozen = exact_json.own(bytes(publication.contents.get(format="json").content))
    asked = {name: values for name, values in publication.parameters.items() if name != "as_of"}
    if publication.unit:
        asked["institution"] = [publication.unit.code]  # its code of then may be another's now
    source = report_called(publication.report)
    current, key = exact_json.own(asker.whole(source, asked, "json")), source.row_key
    before, now = _lines(frozen, key), _lines(current, key)
    names = [*before, *(name for name in now if name not in before)]
    lines = [line for name in names if (line := _compared(before.get(name), now.get(name), key))]
    return {
        "publication": publication.pk,
        "report": publication.report,
        "published_as_of": frozen["as_of"],
        "as_of": current["as_of"],
        "unchanged": sum(name in now for name in before) - sum(line["change"] == "changed" for line in lines),
        "totals": _differences(_head(frozen), _head(current)),
        "lines": lines,
    }


def restated_values(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a restatement found value by value, each with the row it is of in texts: the totals first."""
    for each in found["totals"]:
        yield {"line": [], "change": None, **each}
    for line in found["lines"]:
        about = [text_of(part) for part in line["line"].values()]
        for each in line["changes"]:
            yield {"line": about, "change": line["change"], **each}


def _lines(document: dict[str, Any], key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the rows by what they are about: an id where there is one, of what has none all that it says."""
    return {tuple(_identity(row.get(name)) for name in key): row for row in document["results"]}


def _identity(value: Any) -> Any:
    return value.get("id", tuple(value.values())) if isinstance(value, dict) else value


def _compared(before: dict[str, Any] | None, now: dict[str, Any] | None, key: tuple[str, ...]) -> dict[str, Any] | None:
    if before == now:
        return None
    shown = now or before or {}
    line = {name: shown[name] for name in key if name in shown}
    changes = _differences(before or {}, now or {})
    if before is None or now is None:
        return {"change": "added" if before is None else "removed", "line": line, "changes": changes}
    return {"change": "changed", "line": line, "changes": changes} if changes else None


def _head(document: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in document.items() if name not in _OF_THE_READING}


def _differences(before: Any, now: Any) -> list[dict[str, Any]]:
    """Return each single value that differs, `null` on the side that has none, in the order shown."""
    published, current = dict(_leaves(before)), dict(_leaves(now))
    return [
        {"field": name, "published": published.get(name), "now": current.get(name)}
        for name in {**published, **current}
        if published.get(name) != current.get(name)
    ]


def _leaves(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every single value with its place, such as `quarters[0].executed`; see `_place`."""
    if isinstance(data, dict):
        for name, part in data.items():
            yield from _leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for place, part in enumerate(data):
            yield from _leaves(part, f"{path}[{_place(part, place)}]")
    else:
        yield path, data


def _place(part: Any, number: int) -> Any:
    """Return by what a part of a list is found again: the code of the unit that it is measured in, else its number."""
    unit = part.get("measurement_unit") if isinstance(part, dict) else None
    return unit["code"] if unit else number
