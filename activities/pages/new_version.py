"""A new version of an approved plan: activities are chosen, their rows edited, before and after seen, then recorded."""

from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from activities.choices import MONTHS, PlanStatus
from activities.pages.months import months_by_comma
from activities.pages.of_plan import PlannersPage
from activities.pages.typed_version import TypedVersion
from activities.pages.version_forms import AdditionForm, ChangeForm, HeadForm
from activities.pages.version_whole import Unreadable, WholeVersion
from units.pages.api import Problem
from units.pages.options import Options, options_of, units_of
from units.pages.refusals import refusal
from units.pages.slices import slice_of
from units.pages.typing_page import AGAIN, TypingPage
from units.requests.resources import content_etag

MOST_CHANGES, MOST_ADDITIONS = 1000, 10  # activities of one version, as many as the API lists at once
_ROWS = 25  # that stand on the page at a time
_FOUND = 50  # that are shown to be chosen from
_MOST_OPTIONS = 100  # of a list, for the page has four beside its rows
_MOST_WRONG = 30  # rows on other pages that are named
_NO_MORE = "Una versión hecha en esta página cambia hasta 1,000 actividades: {left} no se agregaron."
_WRONG = "No se registró nada: lo que hay que corregir está marcado, y lo demás sigue como lo escribió."
_DAMAGED = "Lo que escribió en otras hojas no llegó como se envió. Vuelva atrás en el navegador y pruebe otra vez."


class NewVersionPage(PlannersPage, TypingPage):
    """One form for all of it, which is sent whole by each of its buttons, so that nothing typed is lost.

    `do` says which button: `find`, `pick` and `pick_all` choose activities, `new` adds one, `more:` shows what else is
    done to one, `drop:` takes a row out, `page:` shows other rows, `preview` shows before and after (`preview:2` its
    second page), `record` asks for the version.
    """

    template_name = "activities/new_version.html"

    def get(self, request: HttpRequest, plan: int) -> HttpResponse:
        if self.plan["status"] != PlanStatus.APPROVED:
            detail = "Solo un plan aprobado toma versiones: un borrador se edita, y uno cerrado se reabre primero."
            return refusal(request, 409, "El plan no toma versiones", detail)
        whole = WholeVersion.read(request.POST)
        whole.add(",".join(request.GET.getlist("activity")).split(","), MOST_CHANGES)
        whole.added = ["1"] if "new" in request.GET else []
        return self._shown(whole)

    def post(self, request: HttpRequest, plan: int) -> HttpResponse:
        try:
            whole = WholeVersion.read(request.POST)
        except Unreadable:
            return refusal(request, 400, "No se hizo nada", _DAMAGED)
        act, _, which = request.POST.get("do", "").partition(":")
        if self.is_stale:
            messages.warning(request, AGAIN)
        elif act in ("preview", "record"):
            return self._asked_for(act, which, whole)
        number = which if act == "page" else request.POST.get("page", "")
        found: list[dict[str, Any]] | None = None
        if act == "find":
            found = [row for row in self._found(_FOUND) if str(row["id"]) not in whole.chosen]
        elif act in ("pick", "pick_all"):
            first = len(whole.chosen)
            picked = [row["id"] for row in self._found(MOST_CHANGES, fields="id")] if act == "pick_all" else []
            if left := whole.add([*map(str, picked), *request.POST.getlist("pick")], MOST_CHANGES):
                messages.warning(request, _NO_MORE.format(left=left))
            number = str(first // _ROWS + 1)
        elif act == "new":
            whole.added.append(str(max(map(int, whole.added), default=0) + 1))
        elif act == "more":
            whole.more.add(which)
        elif act == "drop":
            whole.drop(which)
        return self._shown(whole, number, found=found)

    def _asked_for(self, act: str, which: str, whole: WholeVersion) -> HttpResponse:
        """Show before and after, or record the version; what is wrong is said in its row."""
        version = self._typed(whole)
        if not version.is_valid():
            return self._refused(whole, version, 400)
        stale = [row for row in version.changes if row.cleaned_data["etag"] != content_etag(row.row)]
        for row in stale:
            row.say_changed(row.row)
            whole.said[row.add_prefix("etag")] = content_etag(row.row)
        if stale:
            return self._refused(whole, version, 412)
        if act == "preview":
            told = version.differences(self._closed_months(), dict(self.units or ()))
            return self._show(
                200, version, whole, [], differences=slice_of(told, which, _ROWS), number=self.request.POST.get("page")
            )
        try:
            made = self.api.post(self.versions_path, version.body(), key=self.request.POST.get("key", ""))
        except Problem as problem:
            version.say(problem)
            return self._refused(whole, version, problem.status)
        messages.success(self.request, f"Se registró la versión {made['number']}.")
        return HttpResponseRedirect(reverse("version", args=[self.plan["id"], made["id"]]))

    def _typed(self, whole: WholeVersion) -> TypedVersion:
        """Return all rows in which something was typed, on whichever page, as they can be read."""
        by_comma = months_by_comma(whole.said)
        rows = self._rows(whole.touched)
        for row in rows:
            whole.fill(row)
        return TypedVersion(
            HeadForm(whole.said), [ChangeForm(row, whole.said, by_comma=by_comma) for row in rows],
            [AdditionForm(whole.said, by_comma=by_comma, prefix=f"n{each}") for each in whole.added[:MOST_ADDITIONS]],
        )  # fmt: skip

    def _refused(self, whole: WholeVersion, version: TypedVersion, status: int) -> HttpResponse:
        """Return the page with the first row that is wrong, and where the others are."""
        messages.error(self.request, _WRONG)
        pages = {each: str(place // _ROWS + 1) for place, each in enumerate(whole.chosen)}
        wrong = [(form, pages[str(form.row["id"])]) for form in version.changes if form.errors]
        number = self.request.POST.get("page") or "1"
        if wrong and number not in dict(wrong).values():
            number = wrong[0][1]
        elsewhere = [(form.row["code"], page) for form, page in wrong if page != number]
        shown = slice_of(whole.chosen, number, _ROWS)
        forms = {str(form.row["id"]): form for form in version.changes}
        missing = self._rows([each for each in shown["results"] if each not in forms])
        forms |= {str(row["id"]): ChangeForm(row) for row in missing}
        version.changes = [forms[each] for each in shown["results"]]
        return self._show(status, version, whole, shown["results"], rows=shown, elsewhere=elsewhere[:_MOST_WRONG])

    def _shown(self, whole: WholeVersion, number: str = "", **more: Any) -> HttpResponse:
        """Return the page with some rows as they were typed, without looking at whether that can be read."""
        shown = slice_of(whole.chosen, number, _ROWS)
        version = TypedVersion(
            HeadForm(), [ChangeForm(row) for row in self._rows(shown["results"])],
            [AdditionForm(prefix=f"n{each}") for each in whole.added[:MOST_ADDITIONS]],
        )  # fmt: skip
        for form in (version.head, *version.changes, *version.additions):
            names = {name: form.add_prefix(name) for name in form.fields}
            form.initial.update({name: whole.said[sent] for name, sent in names.items() if sent in whole.said})
        return self._show(200, version, whole, shown["results"], rows=shown, **more)

    def _rows(self, activities: list[str]) -> list[dict[str, Any]]:
        """Return activities as the API shows them, in this order."""
        if not activities:
            return []
        found = self.api.get("/activities/", id=activities, limit=MOST_CHANGES, **self.of_plan)["results"]
        rows = {str(row["id"]): row for row in found}
        return [rows[each] for each in activities if each in rows]

    def _found(self, most: int, **more: Any) -> list[dict[str, Any]]:
        asked = {name: self.request.POST.get(name, "").strip() for name in ("search", "within")}
        return list(self.api.get("/activities/", limit=most, **asked, **self.of_plan, **more)["results"])

    def _closed_months(self) -> list[int]:
        periods = self.api.get("/periods/", **self.of_plan)["results"]
        return [row["month"] for row in periods if row["closes_on"] < self.state.day.isoformat()]

    @cached_property
    def units(self) -> Options | None:
        return units_of(self, self.plan["institution"], is_active=True, most=_MOST_OPTIONS)

    def _show(
        self, status: int, version: TypedVersion, whole: WholeVersion, shown: list[str], **more: Any
    ) -> HttpResponse:
        said = self.request.POST
        is_preview = "differences" in more
        lists = {} if is_preview else {"units": self.units}
        for name in () if is_preview else ("measurement-units", "mef-activities"):
            lists[name] = options_of(self.api, f"/{name}/", most=_MOST_OPTIONS)
        return self.show(
            status, version=version, lists=lists,
            changes=[(form, str(form.row["id"]) in whole.more or form.has_others) for form in version.changes],
            others=whole.packed(shown, added_too=is_preview), chosen=len(whole.chosen),
            key=said.get("key") or uuid4(), search=said.get("search", ""), within=said.get("within", ""),
            month_names=MONTHS, **more,
        )  # fmt: skip
