"""A new version of an approved plan: activities are chosen, their rows edited, before and after seen, then recorded."""

from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from activities.choices import MONTHS, PlanStatus
from activities.pages.months import months_by_comma
from activities.pages.of_plan import OfPlan, require_planner
from activities.pages.typed_version import TypedVersion
from activities.pages.version_forms import AdditionForm, ChangeForm, HeadForm
from units.pages.api import Problem
from units.pages.options import Options, options_of, units_of
from units.pages.refusals import refusal
from units.pages.typing_page import AGAIN, TypingPage
from units.requests.resources import content_etag

MOST_CHANGES, MOST_ADDITIONS = 50, 10  # rows of one page
_MOST_OPTIONS = 100  # of a list, for the page has four beside its rows
_NO_MORE = f"Una página tiene hasta {MOST_CHANGES} actividades: registre estas, y las demás en otra versión."


class NewVersionPage(OfPlan, TypingPage):
    """One form for all of it, which is sent whole by each of its buttons, so that nothing typed is lost.

    `do` says which button: `find`, `pick` and `pick_all` choose activities, `new` adds one, `more:` shows what else is
    done to one, `drop:` takes a row out, `preview` shows before and after, `record` asks for the version.
    """

    template_name = "activities/new_version.html"

    def get(self, request: HttpRequest, plan: int) -> HttpResponse:
        require_planner(self.access, self.path)
        if self.plan["status"] != PlanStatus.APPROVED:
            detail = "Solo un plan aprobado toma versiones: un borrador se edita, y uno cerrado se reabre primero."
            return refusal(request, 409, "El plan no toma versiones", detail)
        chosen = [each for each in ",".join(request.GET.getlist("activity")).split(",") if each.isdecimal()]
        return self._shown(self._typed(chosen, ["1"] if "new" in request.GET else []))

    def post(self, request: HttpRequest, plan: int) -> HttpResponse:
        require_planner(self.access, self.path)
        act, _, which = request.POST.get("do", "").partition(":")
        chosen, added = request.POST.getlist("activity"), request.POST.getlist("added")
        if self.is_stale:
            messages.warning(request, AGAIN)
        elif act in ("preview", "record"):
            return self._asked_for(act)
        found: list[dict[str, Any]] | None = None
        if act in ("find", "pick_all"):
            found = [row for row in self._found() if str(row["id"]) not in chosen]
        if act == "pick_all":
            chosen, found = chosen + [str(row["id"]) for row in found or ()], None
        elif act == "pick":
            chosen = chosen + request.POST.getlist("pick")
        elif act == "new":
            added = [*added, str(max(map(int, filter(str.isdecimal, added)), default=0) + 1)]
        elif act == "drop":
            chosen = [each for each in chosen if each != which]
            added = [each for each in added if f"n{each}" != which]
        if len(chosen) > MOST_CHANGES:
            messages.warning(request, _NO_MORE)
        return self._shown(self._typed(chosen[:MOST_CHANGES], added[:MOST_ADDITIONS]), found=found)

    def _asked_for(self, act: str) -> HttpResponse:
        """Show before and after, or record the version; what is wrong is said in its row."""
        said = self.request.POST
        chosen, added = said.getlist("activity")[:MOST_CHANGES], said.getlist("added")[:MOST_ADDITIONS]
        version = self._typed(chosen, added, read=True)
        if not version.is_valid():
            return self._shown(version, status=400)
        stale = [row for row in version.changes if row.cleaned_data["etag"] != content_etag(row.row)]
        for row in stale:
            row.say_changed(row.row)
        if stale:
            return self._shown(version, status=412)
        if act == "preview":
            return self._shown(version, differences=version.differences(self._closed_months(), dict(self.units or ())))
        try:
            path = f"/plans/{self.plan['id']}/versions/"
            made = self.api.post(path, version.body(), key=said.get("key", ""))
        except Problem as problem:
            version.say(problem)
            return self._shown(version, status=problem.status)
        messages.success(self.request, f"Se registró la versión {made['number']}.")
        return HttpResponseRedirect(reverse("version", args=[self.plan["id"], made["id"]]))

    def _typed(self, chosen: list[str], added: list[str], *, read: bool = False) -> TypedVersion:
        """Return the rows with what was typed in them; only with `read` is it looked at whether it can be read."""
        said = self.request.POST
        rows = self.api.get("/activities/", id=chosen, limit=1000, **self.of_plan)["results"] if chosen else []
        data, by_comma = said if read else None, read and months_by_comma(said)
        version = TypedVersion(
            HeadForm(data), [ChangeForm(row, data, by_comma=by_comma) for row in rows],
            [AdditionForm(data, by_comma=by_comma, prefix=f"n{each}") for each in added if each.isdecimal()],
        )  # fmt: skip
        if not read:
            for form in (version.head, *version.changes, *version.additions):
                names = {name: form.add_prefix(name) for name in form.fields}
                form.initial.update({name: said[sent] for name, sent in names.items() if sent in said})
        return version

    def _found(self) -> list[dict[str, Any]]:
        asked = {name: self.request.POST.get(name, "").strip() for name in ("search", "within")}
        return list(self.api.get("/activities/", limit=MOST_CHANGES, **asked, **self.of_plan)["results"])

    def _closed_months(self) -> list[int]:
        periods = self.api.get("/periods/", **self.of_plan)["results"]
        return [row["month"] for row in periods if row["closes_on"] < self.state.day.isoformat()]

    @cached_property
    def units(self) -> Options | None:
        return units_of(self, self.plan["institution"], is_active=True, most=_MOST_OPTIONS)

    def _shown(self, version: TypedVersion, status: int = 200, **more: Any) -> HttpResponse:
        said = self.request.POST
        others = {*said.getlist("more"), said.get("do", "").partition("more:")[2]}
        lists = {"units": self.units}
        for name in ("measurement-units", "mef-activities"):
            lists[name] = options_of(self.api, f"/{name}/", most=_MOST_OPTIONS)
        return self.show(
            status, version=version, lists=lists,
            changes=[(form, str(form.row["id"]) in others or form.has_others) for form in version.changes],
            key=said.get("key") or uuid4(), search=said.get("search", ""), within=said.get("within", ""),
            month_names=MONTHS, **more,
        )  # fmt: skip
