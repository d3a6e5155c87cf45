"""Many months at once over HTTP: submitting a list or a filled template of them, and reviewing what was submitted."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from activities.filters import ReviewQueueQuery
from activities.models import Activity
from activities.queries.review_queue import ReviewQueue
from activities.serializers.batch import (
    MOST_ITEMS,
    ProgressBatchInput,
    ProgressBatchSerializer,
    ReviewBatchInput,
    ReviewBatchSerializer,
)
from activities.serializers.month_rows import WaitingMonthSerializer
from activities.serializers.plain_months import plain_months
from activities.serializers.sheet import SheetInput, SheetQuery, SheetSerializer
from activities.services.progress.arrays import Column, array, named_by
from activities.services.progress.batch import REJECTED, review_batch, submit_batch, submitted_list
from activities.services.progress.findings import Findings
from activities.services.progress.sheets import submit_sheet
from activities.services.progress.submitting import SUBMIT_LIST, said_of_months
from poi_api.http.parsers import FormParser, WorkbookParser
from units.access.lookup import read_act
from units.choices import Role
from units.models.point import Point
from units.requests.resources import ListMixin
from units.requests.short_way import Act, Done, ShortView
from units.requests.writes import WritingMixin, Written, writes


class _BatchViewSet(WritingMixin):
    """Lists for who holds `role` somewhere; of each item it is seen whether the role holds for it."""

    queryset = Activity.objects.none()
    shows_resource = False
    role = Role.REPORTER

    def aim(self) -> None:
        self.require_somewhere(self.role)


class ProgressBatchViewSet(_BatchViewSet, ShortView):
    """El avance de hasta 5,000 meses, con un veredicto por elemento en el orden enviado."""

    serializer_class = ProgressBatchSerializer
    short_method = "POST"

    @classmethod
    def act_alone(cls, said: Any, request_id: str, **path: str) -> Act | None:
        """Return what submits a list whose items are all plain, and of which nothing else is said."""
        items = said["items"] if isinstance(said, dict) and {*said} == {"items"} else None
        column = plain_months(items) if isinstance(items, list) and len(items) <= MOST_ITEMS else None
        if column is None:
            return None
        names, uses = named_by(column)
        values = [request_id, *names, array(uses), *said_of_months(column)]
        return Act(SUBMIT_LIST, values, partial(cls._done, column, uses))

    @staticmethod
    def _done(column: Column, uses: Sequence[int], row: Sequence[Any]) -> Done:
        access, (point, *found) = read_act(row)
        return Done(access, submitted_list(Findings.read(uses, *found), column), "", Point.read(point))

    @writes("Registrar el avance de muchos meses", ProgressBatchInput, responses={200: ProgressBatchSerializer})
    def create(self, _: None, data: dict[str, Any]) -> Written:
        return written(submit_batch(**data, access=self.access))


class ProgressSheetViewSet(_BatchViewSet):
    """El avance de una plantilla llena (`GET /reports/poi/template/`), con un veredicto por fila con cantidad.

    El libro se envía solo, o en un formulario en el campo `file`. Una fila sin cantidad no dice nada. Lo que una fila
    dice vale si nadie registró el mes después de que se preparó la plantilla (`version_conflict`).
    """

    serializer_class = SheetSerializer
    write_query = SheetQuery
    parser_classes = (WorkbookParser, FormParser)

    @writes(
        "Registrar el avance de una plantilla llena",
        SheetInput,
        request={WorkbookParser.media_type: OpenApiTypes.BINARY, FormParser.media_type: SheetInput},
        responses={200: SheetSerializer},
    )
    def create(self, _: None, data: dict[str, Any]) -> Written:
        return written(submit_sheet(**data, access=self.access, **self.read_query(SheetQuery)))


class ReviewViewSet(ListMixin, _BatchViewSet):
    """Lo que espera su revisión, y veredictos sobre hasta 5,000 registros; nadie revisa lo que registró."""

    summaries = {"list": "Lo que espera su revisión"}
    serializer_class = WaitingMonthSerializer
    list_query = ReviewQueueQuery
    entity_of_the_past = "activity"
    role = Role.REVIEWER

    def get_queryset(self) -> QuerySet[Activity]:
        return Activity.objects.visible_to(self.access, Role.REVIEWER)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_somewhere(self.role)
        return super().list(request, *args, **kwargs)

    def variant(self) -> str:
        return f"json {self.access.pk}"  # what one submitted oneself is left out

    def sorted_by(self, rows: QuerySet[Activity]) -> Sequence[str]:
        return list(map(repr, ReviewQueue.keys_of(self.asked)))

    def rows_of(self, rows: QuerySet[Activity]) -> Any:
        return ReviewQueue(rows, self.asked, self.access, self.moment)

    @writes("Aceptar y devolver lo registrado", ReviewBatchInput, responses={200: ReviewBatchSerializer})
    def create(self, _: None, data: dict[str, Any]) -> Written:
        return written(review_batch(**data, access=self.access))


def written(answer: dict[str, Any]) -> Written:
    """Return the answer of a batch. One that did nothing is not kept for its key: sent later it may do something."""
    did_nothing = answer["dry_run"] or answer["summary"][REJECTED] == len(answer["items"])
    return Written(answer, dry_run=did_nothing, etag="")
