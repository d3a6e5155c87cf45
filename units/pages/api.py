"""How a page asks the API: by its own views, in this process, as the person who is logged in.

So a page has the rules, roles, messages, change order and past of the API, and none of its own. What the API refuses
is raised as a `Problem`, and so is what a service refuses that a page calls by itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError as ModelError
from django.http import HttpRequest
from django.urls import resolve
from rest_framework.exceptions import ValidationError

from poi_api.http import exact_json, problems
from poi_api.http.exceptions import RefusedError
from poi_api.http.problem_items import ErrorItem
from poi_api.http.request_ids import request_id_of
from poi_api.http.requests import Utf8Request
from units.pages.api_words import for_people

ROOT = "/api/v1"
# What a request says about where it came from, and by which name it found us
_KEPT = ("REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "HTTP_X_FORWARDED_FOR",
         "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme", "wsgi.errors")  # fmt: skip


class Answer(NamedTuple):
    """What the API answered; `data` is empty where it said nothing."""

    data: dict[str, Any]
    etag: str


class Problem(Exception):
    """What the API refused: `status`, `title` and `detail` for people, each error in `items`, and the whole `body`."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(body["detail"])
        self.status, self.body = status, body
        self.title: str = body["title"]
        self.detail = for_people(body["detail"])
        self.items: list[ErrorItem] = [
            cast(ErrorItem, {**item, "detail": for_people(item["detail"])}) for item in body["errors"]
        ]

    def codes(self) -> set[str]:
        """Return the codes of its errors."""
        return {item["code"] for item in self.items}


@contextmanager
def said_as_problem() -> Iterator[None]:
    """Raise as a Problem what a service, a query or a model refuses in the block, as a view of the API answers it."""
    try:
        yield
    except (RefusedError, ValidationError, ModelError) as error:
        answer: Any = problems.exception_handler(error, {})
        raise Problem(answer.status_code, exact_json.own(answer.content)) from error


class Api:
    """The API, asked by the person of a request. Paths are those of docs/api.md: `/plans/`, `/reports/execution/`."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Return what a GET answers. Names of `query` are the API's; None and "" are left out. Raises Problem."""
        return self.ask(path, **query).data

    def ask(self, path: str, **query: Any) -> Answer:
        """Return the answer to a GET with its ETag, which a later write can hold on to. Raises Problem."""
        return self._answer("GET", path, query)

    def send(
        self, method: str, path: str, data: Any = None, *, if_match: str = "", key: str = "", **query: Any
    ) -> Answer:
        """Do a write (POST, PUT, PATCH, DELETE) with `data` as its JSON, and return its answer. Raises Problem.

        `if_match` is the ETag of what the person saw (412 where somebody changed it since), `key` an Idempotency-Key.
        """
        said = {"HTTP_IF_MATCH": if_match, "HTTP_IDEMPOTENCY_KEY": key}
        body = b"" if data is None else exact_json.dumps(data)
        return self._answer(method, path, query, body, {name: value for name, value in said.items() if value})

    def upload(self, path: str, content: bytes, media_type: str, **query: Any) -> dict[str, Any]:
        """Return what a POST of a file answers. Raises Problem."""
        return self._answer("POST", path, query, content, {"CONTENT_TYPE": media_type}).data

    def post(self, path: str, data: Any = None, **more: Any) -> dict[str, Any]:
        """Return what a POST answers; see `send`."""
        return self.send("POST", path, data, **more).data

    def patch(self, path: str, data: Any, **more: Any) -> dict[str, Any]:
        """Return what a PATCH answers; see `send`."""
        return self.send("PATCH", path, data, **more).data

    def delete(self, path: str, data: Any = None, **more: Any) -> None:
        """Do a DELETE; see `send`."""
        self.send("DELETE", path, data, **more)

    def _answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: bytes = b"",
        said: Mapping[str, str] | None = None,
    ) -> Answer:
        asked = self._inner(method, path, query, body, said or {})
        match = resolve(asked.path_info)
        answer: Any = match.func(asked, *match.args, **match.kwargs)
        # It is not closed: to Django that is the end of the page's own request, and of its connection
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        data = exact_json.own(content) if content else {}
        if answer.status_code >= 400:
            raise Problem(answer.status_code, data)
        return Answer(data, answer.headers.get("ETag", ""))

    def _inner(
        self, method: str, path: str, query: Mapping[str, Any], body: bytes, said: Mapping[str, str]
    ) -> HttpRequest:
        """Return the request: the person's session, the name of the page's own request, and nothing else of it."""
        outer = self._request
        meta = {name: outer.META[name] for name in _KEPT if name in outer.META}
        content = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))} if body else {}
        inner: Any = Utf8Request(
            {
                **meta, **content, **said,
                "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": ROOT + path,
                "QUERY_STRING": query_text(query), "HTTP_ACCEPT": "application/json", "wsgi.input": BytesIO(body),
            }
        )  # fmt: skip
        outer_said: Any = outer
        inner.user, inner.session = outer_said.user, outer_said.session
        inner.poi_request_id = request_id_of(outer)
        # Whether the form was this site's own was seen to before the page's view ran
        inner.csrf_processing_done = getattr(outer, "csrf_processing_done", False)
        return inner  # type: ignore[no-any-return]


def query_text(query: Mapping[str, Any]) -> str:
    """Return the query string of an address of the API: lists with commas, truths as `true`, blanks left out."""
    return urlencode({name: _said(value) for name, value in query.items() if value not in (None, "", [], ())})


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def address(path: str, **query: Any) -> str:
    """Return the address of the API for a link of a page: `address("/reports/matrix/", year=2023, format="csv")`."""
    text = query_text(query)
    return f"{ROOT}{path}?{text}" if text else f"{ROOT}{path}"
