"""Freezing reports: the bytes of each format as of one moment, and what a recomputation of today would change."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from activities.queries.basis import settled_clock
from poi_api.http import exact_json
from poi_api.http.exceptions import Invalid
from reports.completeness.views import CompletenessView
from reports.execution.views import ExecutionView
from reports.matrix.views import MatrixView
from reports.models import Publication, PublicationContent
from reports.poi.views import PoiView
from reports.shared.sums.question import DIMENSIONS
from units.access.grants import Access
from units.models import Unit
from units.requests.conditional_view import ConditionalView

MOST_ROWS = 10_000
_PAGE = 1000
# What differs between two readings though no figure does.
_OF_THE_READING = {
    *("results", "count", "next", "previous", "as_of", "due_by", "cut_off", "source_line", "scope", "labels"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """A report that can be frozen: its view, the formats it has, and the members that say which row is which."""

    title: str
    view: type[ConditionalView]
    formats: tuple[str, ...]
    key: tuple[str, ...]
    paged: bool = True


REPORTS = {
    "matrix": Report("Matriz del plan", MatrixView, ("json", "csv"), ("year", "institution", "activity")),
    "execution": Report("Ejecución", ExecutionView, ("json", "csv"), (*DIMENSIONS, "from_month", "to_month")),
    "poi": Report("Documento oficial", PoiView, ("json", "csv"), ("activity",), paged=False),
    "completeness": Report("Cumplimiento de los reportes", CompletenessView, ("json",), ("year", "unit")),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a report, in which request of theirs."""

    request: HttpRequest
    access: Access

    def whole(self, report: str, parameters: Mapping[str, list[str]], variant: str) -> bytes:
        """Return all of a report in one format. Raises what its view raises, and Invalid for one too large."""
        return self._document(report, parameters) if variant == "json" else self._body(report, parameters, variant)

    def _document(self, report: str, parameters: Mapping[str, list[str]]) -> bytes:
        paged = {**parameters, "limit": [str(_PAGE)]} if REPORTS[report].paged else dict(parameters)
        document = exact_json.loads(self._body(report, paged, "json"))
        if document.get("count", 0) > MOST_ROWS:
            detail = f"El informe tiene más de {MOST_ROWS} filas: publíquelo por partes, con más filtros."
            raise Invalid("too_large", detail, field="parameters")
        while document.get("next"):
            paged["offset"] = [str(len(document["results"]))]
            page = exact_json.loads(self._body(report, paged, "json"))
            document["results"] += page["results"]
            document["next"] = page["next"]
        return exact_json.dumps({name: part for name, part in document.items() if name not in ("next", "previous")})

    def _body(self, report: str, parameters: Mapping[str, list[str]], variant: str) -> bytes:
        asked = HttpRequest()
        asked.method, asked.path = "GET", self.request.path
        asked.auth = self.request.auth  # type: ignore[attr-defined]
        asked.META = {name: value for name, value in self.request.META.items() if "HTTP_IF_" not in name}
        asked.GET = QueryDict(urlencode(parameters, doseq=True))
        view: Any = REPORTS[report].view()
        view.request = asked
        answer, _ = view.answer(view.question(asked, self.access, variant), self.access, variant)
        return b"".join(answer)


def publish(*, asking: Asking, report: str, title: str, parameters: Mapping[str, list[str]], unit: Unit) -> Publication:
    """Freeze a report of an institution as known now, or at the `as_of` asked for, in each format that it has.

    Raises ValidationError for wrong parameters, and Invalid `too_large`.
    """
    asked = {**parameters, "as_of": parameters.get("as_of") or [settled_clock().isoformat()]}
    contents = {variant: asking.whole(report, asked, variant) for variant in REPORTS[report].formats}
    made = Publication.objects.create(
        report=report, title=title or f"{REPORTS[report].title}, {unit.name}", parameters=asked, unit=unit
    )
    PublicationContent.objects.bulk_create(
        PublicationContent(
            publication=made, format=variant, content=content, sha256=hashlib.sha256(content).hexdigest()
        )
        for variant, content in contents.items()
    )
    return made


def restatement(publication: Publication, asking: Asking) -> dict[str, Any]:
    """Return line by line what the report, computed today, would say otherwise; its moment apart."""
    frozen = exact_json.loads(bytes(publication.contents.get(format="json").content))
    asked = {name: values for name, values in publication.parameters.items() if name != "as_of"}
    current = exact_json.loads(asking.whole(publication.report, asked, "json"))
    key = REPORTS[publication.report].key
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


def _lines(document: dict[str, Any], key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the rows by what they are about: an id where there is one."""
    return {tuple(_identity(row.get(name)) for name in key): row for row in document["results"]}


def _identity(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


def _compared(before: dict[str, Any] | None, now: dict[str, Any] | None, key: tuple[str, ...]) -> dict[str, Any] | None:
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
    """Yield every single value with its place, such as `quarters[0].executed`."""
    if isinstance(data, dict):
        for name, part in data.items():
            yield from _leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for place, part in enumerate(data):
            yield from _leaves(part, f"{path}[{place}]")
    else:
        yield path, data
