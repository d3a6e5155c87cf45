"""The view of every conditional GET with figures."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from poi_api.http.lean_view import LeanView
from units.access.grants import Access
from units.access.permissions import access_of
from units.requests.conditional import Freshness, freshness_of, not_modified, say_freshness


class ConditionalView(LeanView):
    """Answers a GET, with a 304 where nothing changed. A subclass says what is asked, and answers it:

    class MatrixView(ConditionalView):
        def question(self, request, access, variant):                 # a ValidationError for what is wrong
            return read_question(request.GET, access)

        def depends_on(self, question):                               # ids of the institutions asked about
            return question.institutions

        def answer(self, question, access, variant):                  # one statement gives rows and freshness
            page = matrix_page(question, access)
            body = page.body(self.request.get_full_path())
            return HttpResponse(body, content_type="application/json"), page.freshness

    The statement that makes an answer reads its freshness too, by `last_change_sql(access, institutions)` with the same
    institutions as `depends_on`, so that both are of one moment. Where more statements make it, `self.freshness(…)`
    comes first. Links are relative (`get_full_path`), so that an answer is the same on every host.
    """

    def question(self, request: HttpRequest, access: Access, variant: str) -> Any:
        """Return what is asked, in the format `variant`. Raises ValidationError naming the parameter that is wrong."""
        raise NotImplementedError

    def depends_on(self, question: Any) -> Sequence[int] | None:
        """Return the ids of the institutions on which the answer depends; None: on all that the caller sees."""
        return None

    def variant_of(self, question: Any, variant: str) -> str:
        """Return the format, with whatever else the answer depends on, such as the day."""
        return variant

    def freshness(self, question: Any, access: Access) -> Freshness:
        """Return how fresh an answer would be now: one small query."""
        return freshness_of(access, self.depends_on(question))

    def answer(self, question: Any, access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        """Return the whole answer and how fresh it is. Raises Http404 or an APIException otherwise."""
        raise NotImplementedError

    def get(self, request: Request, *args: Any, **path: Any) -> HttpResponseBase:
        http, access, variant = request._request, access_of(request), request.accepted_renderer.format
        question = self.question(http, access, variant)
        said = self.variant_of(question, variant)
        if "HTTP_IF_NONE_MATCH" in http.META:
            freshness = self.freshness(question, access)
            etag = freshness.etag(http, access, said)
            if unchanged := not_modified(http, etag):
                return say_freshness(unchanged, freshness, access, etag)
        answer, freshness = self.answer(question, access, variant)
        return say_freshness(answer, freshness, access, freshness.etag(http, access, said))
