"""How every write of the product is done: one transaction that says who, which request and why.

A view says of each write how it is called, what its body is, and which service does it:

    class UnitViewSet(ListMixin, RetrieveMixin, WritingMixin):
        @writes("Crear una unidad", NewUnit)
        def create(self, _, data):
            return create_unit(access=self.access, **data)

        @writes("Cambiar una unidad", UnitChanges)
        def partial_update(self, unit, data):
            return update_unit(unit=unit, **data)

        @writes("Borrar una unidad")
        def destroy(self, unit, _):
            delete_unit(unit=unit)

`aim` finds the object (404) and requires the role (403) before the body is read; `write` reads that (413, 400), opens
`recorded_transaction`, replays a known `Idempotency-Key`, validates with `body`, locks the object (`lock`), runs the
act (400, 409), then sees to `If-Match` (412), and answers with what `represent` shows, its ETag and its place in the
change order. An act returns the object to show, None for 204, or a `Written` for an answer of its own (other data, a
secret, a dry run). The reason that its body says becomes its cause; another one it sets itself, before the first
change, with `units.history.change_sets.set_cause`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial, wraps
from operator import attrgetter
from typing import Any

from django.db import models, transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from poi_api.http import exact_json
from poi_api.http.bodies import NoBody
from poi_api.http.compression import strong
from poi_api.http.exceptions import Forbidden, Invalid, Stale
from poi_api.http.request_ids import request_id_of
from units.access.grants import Access
from units.choices import Role
from units.history.change_sets import recorded_transaction, set_cause, take_position
from units.requests.conditional import Freshness, freshness_now, say_freshness
from units.requests.idempotency import Attempt, attempt_of, key_reused, replay
from units.requests.resources import ResourceViewSet, content_etag, held, json_answer

_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Change-Cursor", "Cache-Control", "Vary")
_NOTHING_TO_MATCH = "If-Match no se aplica aquí: la dirección no es la de un recurso que se cambie."
_FOR_READS = (
    "If-None-Match es para leer. Para cambiar solo lo que nadie cambió envíe If-Match con su ETag; "
    "para registrar un mes solo si nadie lo registró, entry_version: 0."
)
_NO_ETAG = "If-Match debe traer el ETag tal como se recibió, con sus comillas; o varios, separados por comas; o «*»."
_TAG = r'(?:W/)?"[^"]*"'
_TAGS = re.compile(rf"[\s,]*{_TAG}(?:\s*,[\s,]*{_TAG})*[\s,]*")  # a list may have empty places (RFC 9110, 5.6.1)


@dataclass(frozen=True, slots=True)
class Written:
    """An answer of a view's own. `etag` is that of the resource, if `data` is not what a GET shows; "" is none.

    `secret` names members of `data` that are shown now and never again: a replay has null there.
    `dry_run` undoes the effect when the answer is made; such an answer is not stored.
    """

    data: Any
    status: int = 200
    location: str = ""
    secret: tuple[str, ...] = ()
    dry_run: bool = False
    etag: str | None = None


Act = Callable[[Any, Any], Any]
Handler = Callable[..., HttpResponseBase]


def writes(
    summary: str | None = None, body: type[BaseSerializer] = NoBody, *, at: str = "", **told: Any
) -> Callable[[Callable[[Any, Any, Any], Any]], Handler]:
    """Make an act of a view, upon its target and with what `body` says, the handler of a request.

    `at` is the last part of its address, below that of the target, where it is none of DRF's own actions. `told` is for
    the documentation, as `extend_schema` takes it.
    """
    described = extend_schema(summary=summary, **{"request": None if body is NoBody else body, **told})

    def handler_of(act: Callable[[Any, Any, Any], Any]) -> Handler:
        @wraps(act)
        def handler(view: "WritingMixin", request: Request, **path: str) -> HttpResponseBase:
            return view.write(partial(act, view), target=view.aim(), body=body)

        routed = action(detail=True, methods=["post"], url_path=at)(handler) if at else handler
        handled: Handler = described(routed)
        return handled

    return handler_of


def require(access: Access, role: Role, path: Iterable[int] | None) -> None:
    """Raise Forbidden unless `access` holds `role` on the unit with that path (None: the installation)."""
    if not (access.everywhere(role) if path is None else access.allows(role, path)):
        raise Forbidden


class WritingMixin(ResourceViewSet):
    """Writes; see the module. What a resource does differently it says in `aim`, `path_of`, `lock`, `represent`."""

    reason_is_cause = True
    path_from = "path"
    """Where a target has the path of the unit on which its writers hold a role, a dot for each step."""

    def aim(self) -> Any:
        """Return what the request writes, None where there is no object yet. Raises Http404 or Forbidden."""
        if "pk" in self.kwargs:
            return self.find(Role.PLANNER)
        self.require_somewhere(Role.PLANNER)
        return None

    def path_of(self, target: Any) -> Iterable[int] | None:
        """Return the path of the unit on which the caller must hold the role; None: the installation."""
        path: Iterable[int] | None = attrgetter(self.path_from)(target)
        return path

    def lock(self, target: Any) -> Any:
        """Return the object read anew and locked until the end. Raises Http404 if it went meanwhile."""
        return get_object_or_404(type(target)._default_manager.select_for_update(no_key=True), pk=target.pk)

    def represent(self, target: Any) -> Any:
        """Return what a GET of the object shows."""
        fresh = self.get_queryset().filter(pk=target.pk).first()
        return self.get_serializer(target if fresh is None else fresh).data

    def find(self, role: Role) -> Any:
        """Return the object of the path. Raises Http404, or Forbidden where the role is too low."""
        target = self.get_object()
        require(self.access, role, self.path_of(target))
        return target

    def require_somewhere(self, role: Role) -> None:
        """Raise Forbidden for a caller that holds `role` nowhere."""
        if not self.access.holds(role):
            raise Forbidden

    def write(self, act: Act, *, target: Any = None, body: type[BaseSerializer] = NoBody) -> HttpResponseBase:
        """Do `act(target, data)` in one transaction and answer; `data` is what `body` made of the request's body.

        `target` comes locked; None where there is no object yet. A PATCH is validated as partial.
        """
        content, access = self.request.data, self.access
        self.check_query()
        self._check_condition(target)
        with recorded_transaction(
            actor=access.actor,
            client_id=access.client_id,
            user_id=access.user_id,
            request_id=request_id_of(self.request._request),
        ):
            attempt = attempt_of(self.request, access, content)
            earlier = attempt.earlier_answer() if attempt else None
            if attempt and earlier and attempt.is_answered_by(earlier):
                return replay(earlier)
            data = self._validated(body, target, content)
            if earlier:
                raise key_reused()
            before = freshness_now(self.access)
            return self._answer(self._act(act, target, data), attempt, before)

    def _check_condition(self, target: Any) -> None:
        if "If-None-Match" in self.request.headers:
            raise Invalid("unexpected_if_none_match", _FOR_READS)
        condition = self.request.headers.get("If-Match")
        if condition is None:
            return
        if target is None:
            raise Invalid("unexpected_if_match", _NOTHING_TO_MATCH)
        if condition.strip() != "*" and not _TAGS.fullmatch(condition):
            raise Invalid("invalid_if_match", _NO_ETAG)

    def _validated(self, body: type[BaseSerializer], target: Any, content: Any) -> Any:
        partial = self.request.method == "PATCH"
        reader = body(target, data=content, partial=partial, context=self.get_serializer_context())
        reader.is_valid(raise_exception=True)
        return reader.validated_data

    def _act(self, act: Act, target: Any, data: Any) -> Any:
        """Do the act; a stale request is refused last, after what is wrong with it and what forbids it."""
        stale = None
        if target is not None:
            target = self.lock(target)
            stale = self._stale(target)
        if self.reason_is_cause and data.get("reason"):
            set_cause(data["reason"])
        result = act(target, data)
        if stale is not None:
            raise stale
        return result

    def _stale(self, target: Any) -> Stale | None:
        condition = self.request.headers.get("If-Match")
        if condition is None or condition.strip() == "*":
            return None
        current = self.represent(target)
        etag = content_etag(current)
        # One of a compressed answer is weak, and of the same content
        known = [held(strong(tag)) for tag in re.findall(_TAG, condition)]
        return None if held(etag) in known else Stale(current, etag=etag)

    def _answer(self, result: Any, attempt: Attempt | None, before: Freshness) -> HttpResponseBase:
        """Answer what was done; `before` says what had changed before that."""
        written = self._written(result)
        # Both beforehand: once a place is taken, everybody else's commit waits for this one
        answer = _content(written)
        etag = content_etag(written.data) if written.etag is None else written.etag
        own = None if written.dry_run else take_position()
        # Others may have committed meanwhile: then their changes are not all in what is shown
        known = own if own and own.position == before.point.position + 1 else before.last_change
        say_freshness(answer, known, self.access, etag)
        if not etag:
            del answer.headers["ETag"]
        if written.secret:
            answer.headers["Cache-Control"] = "no-store"
        if written.dry_run:
            transaction.set_rollback(True)
        elif attempt:
            kept = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
            attempt.keep(written.status, kept, _storable(written))
        return answer

    def _written(self, result: Any) -> Written:
        if isinstance(result, Written):
            return result
        if result is None:
            return Written(None, status=204, etag="")
        if self.action == "create":
            return Written(self.represent(result), status=201, location=self.location_of(result))
        return Written(self.represent(result))

    def location_of(self, made: models.Model) -> str:
        """Return the address of an object of this resource."""
        return reverse(f"{self.basename}-detail", kwargs={**self.kwargs, "pk": made.pk})


def _content(written: Written) -> HttpResponse:
    """Return the answer to a write but for its place in the change order."""
    answer = json_answer(written.data, written.status)
    if written.data is None:
        answer.content = b""
        del answer.headers["Content-Type"]
    if written.location:
        answer.headers["Location"] = written.location
    return answer


def _storable(written: Written) -> bytes:
    if written.data is None:
        return b""
    return exact_json.dumps({**written.data, **dict.fromkeys(written.secret)} if written.secret else written.data)
