"""The feed of changes over HTTP."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from poi_api.http.lean_view import LeanView
from poi_api.http.parameters import TextParameter, WholeParameter
from poi_api.http.query import QuerySerializer
from units.access.permissions import access_of, state_of
from units.history.cursors import expired, place_after
from units.history.feed import Page, changes_after, moved_under_others, object_named
from units.history.registry import entities
from units.requests.conditional import conditional_answer, freshness_of
from units.requests.resources import json_answer
from units.serializers.change import ChangesSerializer

_LIMIT, _MOST = 100, 1000


class ChangesQuery(QuerySerializer):
    after = TextParameter(
        help_text="Cursor: «next» de otra página o la cabecera Change-Cursor. Sin él, desde el principio."
    )
    limit = WholeParameter(
        min_value=1, max_value=_MOST, default=_LIMIT, help_text="Cuántos cambios trae la página a lo más."
    )
    # Whether there is such an object is for the feed to say
    object = TextParameter(
        shape={"type": "string", "pattern": f"^({'|'.join(entities())}):[1-9][0-9]{{0,17}}$"},
        help_text="Solo los de un objeto, como `activity:7`, que incluye sus metas, registros y revisiones.",
    )


class ChangesView(LeanView):
    """Todo lo que cambió y usted puede ver, en el orden en que se confirmó, sin saltos."""

    further_problems = (410,)

    @extend_schema(
        operation_id="changes_list",
        summary="Lo que cambió, en orden",
        parameters=[ChangesQuery],
        responses=ChangesSerializer,
    )
    def get(self, request: Request) -> HttpResponseBase:
        access, http = access_of(request), request._request
        asked = self.read_query(ChangesQuery)
        freshness = freshness_of(access, state_of(request))
        place = place_after(asked["after"], access=access)
        of = object_named(asked["object"])

        # Nothing of the caller's comes after the last change that it sees; a cursor of a write may be beyond
        until = max(freshness.last_change, place.told or freshness.last_change)

        def page() -> Page:
            if place.is_after(freshness.last_change):
                return Page([], place, has_more=False)
            if moved_under_others(place, access=access, until=freshness.point.position):
                raise expired("El cursor ya no vale: su unidad pasó a depender de otra, con otras reaperturas.")
            return changes_after(place, access=access, until=until, limit=asked["limit"], of=of)

        def answer() -> HttpResponseBase:
            found = page()
            body = {"results": found.results, "next": found.next.cursor(access), "has_more": found.has_more}
            return json_answer(body)

        return conditional_answer(request, freshness.last_change, freshness.etag(http.get_full_path(), access), answer)
