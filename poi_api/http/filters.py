"""What any list can be narrowed and sorted by: codes, numbers, truths and words in the query string."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from poi_api.http.folding import fold
from poi_api.http.parameters import (
    LARGEST_ID,
    ChoicesParameter,
    OrderingParameter,
    Parameter,
    SeveralParameter,
    TextParameter,
    TruthParameter,
    WholesParameter,
)
from poi_api.http.places import PageQuery
from poi_api.http.query import Errors, Values
from poi_api.http.texts import quoted

_SEARCH = "Texto en el nombre o el código, sin distinguir mayúsculas ni acentos."
_LONGEST_SEARCH = 200
_SEVERAL = "Se admiten varios, separados por comas o repetidos."


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, all the rows that it may see, and, where rows of the past are asked for, how today's are read.

    `of_today` gets the ids of what was found by what it is called today: the answer depends on them.
    """

    request: Request
    visible: QuerySet
    today: Callable[[], AbstractContextManager[None]] | None = None
    of_today: list[int] = field(default_factory=list)

    def bearers(self, rows: Callable[[], QuerySet], name: str, given: Sequence[Any]) -> dict[Any, list[int]]:
        """Return the ids of those of `rows` with one of the `given` values of a field, by value.

        What had no bearer at the moment asked about is looked up as of today (domain.md, rule 9).
        """
        found = _bearers(rows(), name, given)
        return found | self.bearers_today(rows, name, [value for value in given if value not in found])

    def bearers_today(self, rows: Callable[[], QuerySet], name: str, missing: Sequence[Any]) -> dict[Any, list[int]]:
        """Return the ids of the bearers of today of what had none at the moment asked about; none for now."""
        if not missing or self.today is None:
            return {}
        with self.today():
            found = _bearers(rows(), name, missing)
        self.of_today.extend(chain.from_iterable(found.values()))
        return found


def _bearers(rows: QuerySet, name: str, given: Sequence[Any]) -> dict[Any, list[int]]:
    ids: dict[Any, list[int]] = {}
    for value, pk in rows.order_by().filter(**{f"{name}__in": given}).values_list(name, "pk"):
        ids.setdefault(value, []).append(pk)
    return ids


class Filter(Parameter):
    """A parameter that narrows rows by the field at `path`; its own name unless said."""

    def __init__(self, *, path: str | None = None, text: str, **options: Any) -> None:
        super().__init__(help_text=text, source=path, **options)

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        """Return the rows that fit. Raises ValidationError for what the caller does not know."""
        raise NotImplementedError


class _OneOfSeveral(Filter):
    """Keeps the rows with one of several values."""

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        return rows.filter(**{f"{self.source}__in": value})


class WholeFilter(_OneOfSeveral, WholesParameter):
    """Narrow by whole numbers from `least` to `most`."""

    def __init__(self, *, least: int, most: int, text: str, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, text=f"{text} {_SEVERAL}", **options)


class WordFilter(_OneOfSeveral, ChoicesParameter):
    """Narrow by words."""

    def __init__(self, *, words: Sequence[str], text: str, **options: Any) -> None:
        super().__init__(choices=words, text=f"{text} {_SEVERAL}", **options)


class TruthFilter(Filter, TruthParameter):
    """Narrow by `true` or `false`, written just so."""

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        return rows.filter(**{str(self.source): value})


class CodeFilter(Filter, SeveralParameter):
    """Narrow by the codes of what the caller may name; any other code is unknown.

    `named` returns what the caller of a request may name. With `branch`, the field is an array of ids that holds
    those named.
    """

    def __init__(
        self, *, named: Callable[[Request], QuerySet], text: str, branch: bool = False, **options: Any
    ) -> None:
        super().__init__(text=f"{text} {_SEVERAL}", **options)
        self._named = named
        self._lookup = "overlap" if branch else "in"

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        named = asked.bearers(lambda: self._named(asked.request), "code", value)
        refuse_unknown("código", value, named)
        return rows.filter(**{f"{self.source}__{self._lookup}": list(chain.from_iterable(named.values()))})


class OwnCodeFilter(Filter, SeveralParameter):
    """Pick rows by their own code; one that none of the caller's rows has is unknown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(text=f"Código de lo que se lista. {_SEVERAL}", **options)

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        known = set(asked.visible.order_by().filter(code__in=value).values_list("code", flat=True).distinct())
        later = asked.bearers_today(lambda: asked.visible, "code", [code for code in value if code not in known])
        refuse_unknown("código", value, known | later.keys())
        named_later = Q(pk__in=list(chain.from_iterable(later.values())))
        return rows.filter(Q(code__in=known) | named_later if later else Q(code__in=known))


class OwnIdFilter(Filter, WholesParameter):
    """Pick rows by their own id; one that none of the caller's rows has is unknown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, text=f"Id de lo que se lista. {_SEVERAL}", **options)

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        refuse_unknown("id", value, asked.bearers(lambda: asked.visible, "pk", value))
        return rows.filter(pk__in=value)


def refuse_unknown(what: str, given: Sequence[Any], known: Any) -> None:
    """Raise ValidationError that names each of the codes (`código`) or ids that is not known."""
    found = set(known)
    code = "unknown_code" if what == "código" else "unknown_id"
    unknown = [ErrorDetail(f"No existe el {what} {quoted(one)}.", code) for one in given if one not in found]
    if unknown:
        raise ValidationError(unknown)


class SearchFilter(Filter, TextParameter):
    """Find a text in names, whatever its case and accents, and in codes; `also` adds a condition on the folded text."""

    def __init__(self, *, also: Callable[[str], Q] | None = None, text: str = _SEARCH) -> None:
        super().__init__(text=text, max_length=_LONGEST_SEARCH)
        self._also = also

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises ValidationError `blank` where nothing of it can be looked for."""
        text: str = super().to_internal_value(data)
        if not fold(text):
            raise ValidationError("Este parámetro no puede estar vacío.", code="blank")
        return text

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        key = fold(value)
        matches = Q(name_key__contains=key) | Q(code__icontains=value.strip())
        return rows.filter(matches | self._also(key) if self._also else matches)


class Ordering(Filter, OrderingParameter):
    """Sort by the given `fields` (names, and where they are found) and then by `finally_by`, so that no two tie."""

    def __init__(self, *, fields: dict[str, str], finally_by: Sequence[str]) -> None:
        super().__init__(names=fields, text="Por qué se ordena.")
        self._paths = {sign + name: sign + path for name, path in fields.items() for sign in ("", "-")}
        self._finally_by = finally_by

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        return rows.order_by(*(self._paths[name] for name in value), *self._finally_by)


class ListQuery(PageQuery):
    """What every list is asked; a list adds its filters."""

    @classmethod
    def narrow(cls, asked: Asked, values: Values, errors: Errors) -> QuerySet:
        """Return those of the visible rows that are asked for, in the order asked for, and add what is unknown."""
        rows = asked.visible
        for name, parameter in cls.parameters().items():
            if not isinstance(parameter, Filter) or name in errors or values[name] is None:
                continue
            try:
                rows = parameter.narrowed(rows, values[name], asked)
            except ValidationError as refused:
                errors[name] = refused.detail
        return rows
