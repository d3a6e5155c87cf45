"""Answers as tables: all their rows in one CSV or workbook, made whole before it is sent (api.md, "Formats")."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.serializers import BaseSerializer

from poi_api.http.compression import compressed
from poi_api.http.exceptions import TooLarge
from poi_api.http.files import file_answer, made_file
from poi_api.http.flat_rows import cells_of, columns_of
from poi_api.http.formats import file_headers
from poi_api.http.places import LARGEST_PAGE, Place
from poi_api.http.workbooks import parts_of_table

MOST_ROWS = 20_000  # as a workbook has; a list of more is read page by page
_TOO_LARGE = f"Una lista se descarga con hasta {MOST_ROWS:,} filas: pídala con más filtros, o por páginas."


def table_answer(view: Any, rows: Iterable[Any], row: BaseSerializer | None = None) -> HttpResponseBase:
    """Return rows, as the view or a serializer of a `row` shows them, as a file in the format agreed on.

    Who asks for the headers alone (HEAD) gets them without a file being made.
    """
    http, agreed = view.request._request, view.request.accepted_renderer.format
    name = "-".join(part for part in http.path_info.split("/")[3:] if part)
    headers = file_headers(agreed, name, http)
    if http.method == "HEAD":
        return StreamingHttpResponse(headers=headers)
    columns = columns_of(row or view.get_serializer())
    lines = (cells_of(each, columns.values()) for each in rows)
    parts = parts_of_table(agreed, name, list(columns), lines)
    return file_answer(made_file(compressed(parts) if "Content-Encoding" in headers else parts), headers)


def refuse_many_rows(count: int) -> None:
    """Raise TooLarge (`file_too_large`) if a table of so many rows is larger than any."""
    if count > MOST_ROWS:
        raise TooLarge("file_too_large", _TOO_LARGE)


def all_rows(view: Any, rows: QuerySet) -> Iterator[Any]:
    """Yield all rows of a list, which its view narrowed, as they are shown; read page by page.

    Raises TooLarge (`file_too_large`) before the first where there are more than MOST_ROWS.
    """
    place: Place | None = None
    while True:
        view.asked |= {"limit": LARGEST_PAGE, "offset": 0, "page": place}
        page = view.paginate_queryset(view.rows_of(rows))
        refuse_many_rows(view.paginator.count)
        yield from view.get_serializer(page, many=True).data
        following: Place | None = view.paginator.following
        if following is None:
            return
        place = Place.read(following.token)  # as a link brings it
