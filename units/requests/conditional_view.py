"""The view of every conditional GET with figures, and its answers from memory."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from poi_api.http.compression import compress, wants_gzip
from poi_api.http.lean_view import LeanView
from units.access.grants import Access
from units.access.permissions import access_of, state_of
from units.models.point import Point
from units.requests.answer_memory import GIVEN, MEMORY, Answer, Asked, asked_by, keep_answer, wording_of
from units.requests.conditional import Freshness, not_modified, say_freshness
from units.requests.renewal import Again, Made, Renewal


class ConditionalView(LeanView):
    """Answers a GET: with a 304 where nothing changed, from memory while what was answered stands, else anew.

    A subclass says by `question` what is asked, by `freshness` how fresh an answer would be, and answers by `answer`;
    where the same question has more answers, `variant_of` tells them apart. `ReportView` (`reports/shared/views.py`)
    does so for every report.

    The statement that makes an answer reads its freshness too, by `last_change_sql(access, institutions)` with the same
    institutions as `freshness`, so that both are of one moment. Where more statements make it, they are a snapshot
    (`poi_api/database/snapshot.py`), or `self.freshness(…)` comes first. Links are relative (`get_full_path`), so that
    an answer is the same on every host.
    """

    again: Again[Made] | None = None  # what makes again the answer that `answer` made, if that is possible

    def question(self, request: HttpRequest, access: Access, variant: str) -> Any:
        """Return what is asked, in the format `variant`. Raises ValidationError naming the parameter that is wrong."""
        raise NotImplementedError

    def variant_of(self, question: Any, variant: str) -> str:
        """Return the format, with whatever else the answer depends on, such as the day."""
        return variant

    def means_the_same(self, question: Any) -> bool:
        """Tell whether the question is the same whatever changes: it names nothing that could come to be another."""
        return False

    def freshness(self, question: Any, access: Access) -> Freshness:
        """Return how fresh an answer would be now: one small query."""
        raise NotImplementedError

    def answer(self, question: Any, access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        """Return the whole answer and how fresh it is, of a file for HEAD its headers alone.

        Raises Http404 or an APIException otherwise.
        """
        raise NotImplementedError

    def get(self, request: Request, *args: Any, **path: Any) -> HttpResponseBase:
        state = state_of(request)
        # What is not committed has no place in the change order: within a transaction nothing is kept or relied on
        asked = None
        if not connection.in_atomic_block:
            asked = asked_by(wording_of(request._request.META), access_of(request), state)
        kept: Answer | None = MEMORY.get(asked) if asked else None
        if kept and kept.point == state.point and (answer := self._again(kept, kept.last_change)):
            return answer
        return self._answer(asked, kept)

    def _answer(self, asked: Asked | None, kept: Answer | None) -> HttpResponseBase:
        """Answer what was kept if it still stands, else make the answer, and keep it."""
        http, access, variant = self.request._request, access_of(self.request), self.request.accepted_renderer.format
        with self.format_refused_too():
            question = self.question(http, access, variant)
        if kept or "HTTP_IF_NONE_MATCH" in http.META:
            freshness = self.freshness(question, access)
            etag = self._etag(question, freshness, variant)
            standing = kept if kept and kept.etag == etag else Answer(etag, freshness.point, freshness.last_change)
            if asked and self._is_of_one_state(question, freshness):
                MEMORY.keep(asked, replace(standing, point=freshness.point))
            if answer := self._again(standing, freshness.last_change):
                return answer
        made, freshness = self.answer(question, access, variant)
        if wants_gzip(http):
            compress(made)  # before it is kept, so that it is done once
        etag = self._etag(question, freshness, variant)
        if asked and self._is_of_one_state(question, freshness):
            kept = keep_answer(asked, made, etag, freshness, self._renewal(question, variant))
            if kept:
                http.META[GIVEN] = kept, type(self)
        return say_freshness(made, freshness.last_change, access, etag)

    def _is_of_one_state(self, question: Any, freshness: Freshness) -> bool:
        """Tell whether question and answer are of one state: nothing that counts was committed since it was read."""
        return self.means_the_same(question) or freshness.point == state_of(self.request).point

    def _etag(self, question: Any, freshness: Freshness, variant: str) -> str:
        return self._etags(question, variant)(freshness)

    def _etags(self, question: Any, variant: str) -> Callable[[Freshness], str]:
        path, access = self.request._request.get_full_path(), access_of(self.request)
        counts = self.variant_of(question, variant)
        return lambda freshness: freshness.etag(path, access, counts)

    def _renewal(self, question: Any, variant: str) -> Renewal | None:
        """Return what makes the answer anew, if its question is put by a key and stays the same until then."""
        if self.again is None or not self.means_the_same(question):
            return None
        return Renewal(self.again, access_of(self.request), self._etags(question, variant))

    def _again(self, kept: Answer, last_change: Point) -> HttpResponseBase | None:
        """Return the 304 or the body that is known to be right, None if only a body would do."""
        http = self.request._request
        answer = not_modified(http, kept.etag) or kept.response()
        if answer is None:
            return None
        http.META[GIVEN] = kept, type(self)
        return say_freshness(answer, last_change, access_of(self.request), kept.etag)
