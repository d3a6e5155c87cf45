"""What the views of all resources share: who asks, what may be asked, and conditional answers."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from poi_api.database.snapshot import snapshot
from poi_api.http import exact_json
from poi_api.http.filters import Asked, ListQuery
from poi_api.http.formats import TABLED, TABLES
from poi_api.http.lean_view import LeanView
from poi_api.http.pagination import sorted_by
from poi_api.http.places import check_page, order_named, refuse_pages, with_members
from poi_api.http.query import QuerySerializer, Values
from units.access.grants import Access
from units.access.lookup import State
from units.access.permissions import access_of, state_of
from units.history.past import known, past, today
from units.models.reading import is_past
from units.requests.conditional import conditional_answer, freshness_of
from units.requests.list_tables import all_rows, table_answer

ID = "[0-9]{1,18}"  # what an id may look like in a path
_IN_PASSING = "last_used_at"  # noted whenever a client's key is used, which changes nothing of the client


def content_etag(data: Any) -> str:
    """Return the ETag of an answer: it stays the same while what the answer says does.

    One object's has what is noted in passing in a part of its own, after a dot: a write which holds on to it
    (`If-Match`) is not refused for that.
    """
    if isinstance(data, Mapping) and (noted := data.get(_IN_PASSING)):
        return f'"{_digest_of({**data, _IN_PASSING: None})}.{_digest_of(noted)}"'
    return f'"{_digest_of(data)}"'


def held(etag: str) -> str:
    """Return what of a strong ETag a write holds on to: all but what was noted in passing."""
    return etag.strip('"').partition(".")[0]


def _digest_of(data: Any) -> str:
    return hashlib.blake2b(exact_json.dumps(data), digest_size=12).hexdigest()


def json_answer(data: Any, status: int = 200) -> HttpResponse:
    """Return an answer of JSON that is ready to be sent."""
    return HttpResponse(exact_json.dumps(data), status=status, content_type="application/json")


class ResourceViewSet(LeanView, GenericViewSet):
    """A resource; subclasses start `get_queryset` at what the caller may see (404 for the rest).

    Errors come in their order (api.md, "Errors"): who asks, what is not there, what is wrong with the question.
    """

    lookup_value_regex = ID
    entity_of_the_past = ""  # as what history knows its objects; with it they can be asked `as_of` a moment
    list_query: type[ListQuery] = ListQuery  # what its list can be asked
    detail_query: type[QuerySerializer] = QuerySerializer  # what one of it can be asked
    write_query: type[QuerySerializer] = QuerySerializer  # what a write is told beside its body
    tables: tuple[str, ...] = ()  # its actions that answer tables too

    @property
    def access(self) -> Access:
        """What the caller may do."""
        return access_of(self.request)

    @property
    def state(self) -> State:
        """The state of the database in which the caller's access was read."""
        return state_of(self.request)

    @property
    def format(self) -> str:
        """The format agreed on."""
        agreed: str = self.request.accepted_renderer.format
        return agreed

    def get_renderers(self) -> list[Any]:
        """Return the formats of the address."""
        return [renderer() for renderer in TABLED] if self.action in self.tables else super().get_renderers()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "access": self.access}

    def get_object(self) -> Any:
        """Return the object of the path; no filter narrows it. Raises Http404."""
        target = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, target)
        return target

    @cached_property
    def moment(self) -> datetime | None:
        """The past moment that is asked about, None for now; what is wrong with it is said with all else."""
        if not self.entity_of_the_past:
            return None
        values, _ = self.parse_query(self.list_query if self.action == "list" else self.detail_query)
        moment: datetime | None = values.get("as_of")
        return moment

    def check_query(self) -> None:
        """Refuse all parameters but those of a write and `format`, and a format that is not offered."""
        self.read_query(self.write_query)


class ListMixin(ResourceViewSet):
    """Answers with a page, or with all rows as a table; its ETag is the freshness of all that the caller sees.

    `asked` has the values of `list_query`, and `order` names the order of its rows.
    """

    tables: tuple[str, ...] = ("list",)
    asked: Values
    order: str

    @cached_property
    def named_today(self) -> list[int]:
        """The ids of what a question about the past names by what it is called today; the answer depends on them."""
        return []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Return what the query string asks for. Raises ValidationError naming all that is wrong."""
        with self.format_refused_too():
            self.asked, errors = self.parse_query(self.list_query)
            asked = Asked(self.request, queryset, today if is_past() else None, self.named_today)
            rows = self.list_query.narrow(asked, self.asked, errors)
            self.order = order_named(self.request.path, *self.sorted_by(rows))
            row: Any = self.get_serializer()
            check_page(self.asked, errors, order=self.order, members=list(row.fields))
            if self.format in TABLES:
                refuse_pages(self.list_query.said(self.request.query_params, self.asked, errors), errors)
            if errors:
                raise ValidationError(errors)
        return rows

    def sorted_by(self, rows: QuerySet) -> Sequence[str]:
        """Return what the rows are sorted by."""
        return sorted_by(rows)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with snapshot() if self.format in TABLES else nullcontext(), past(self.moment):
            # Before the codes that are asked for are looked up: they may come to name something else
            freshness = freshness_of(self.access, self.state, moment=self.moment)
            rows = known(self.filter_queryset(self.get_queryset()), self.entity_of_the_past)
            counts = f"{self.format} {self.variant()} {self.named_today}"
            etag = freshness.etag(request.get_full_path(), self.access, counts)
            return conditional_answer(request, freshness.last_change, etag, partial(self._listed, rows))

    def _listed(self, rows: QuerySet) -> HttpResponseBase:
        if self.format in TABLES:
            return table_answer(self, all_rows(self, rows))
        return json_answer(self.page_of(rows))

    def variant(self) -> str:
        """Return the format, with whatever else the answer depends on, such as the day."""
        return "json"

    def rows_of(self, rows: QuerySet) -> Any:
        """Return what is divided into pages."""
        return rows

    def page_of(self, rows: QuerySet) -> Any:
        """Return the page asked for, as it is shown."""
        page = self.paginate_queryset(self.rows_of(rows))
        shown = self.get_serializer(page, many=True).data
        return self.get_paginated_response([with_members(row, self.asked["fields"]) for row in shown]).data


class RetrieveMixin(ResourceViewSet):
    """Answers with one object; its ETag is that of what is said, which a later write can hold on to."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with past(self.moment):
            # Before it is read: what others do meanwhile comes after the place that is told
            last_change = freshness_of(self.access, self.state, moment=self.moment).last_change
            target = self.get_object()
            self.read_query(self.detail_query)
            data = self.get_serializer(target).data
        etag = content_etag(data)
        return conditional_answer(request, last_change, etag, lambda: json_answer(data))
