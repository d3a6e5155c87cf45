"""What a person typed of a new version: the body that asks for it, the errors at their cells, before and after."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from activities.models.target import NO_PROGRAMME
from activities.pages.months import typed
from activities.pages.version import KIND_NAMES, month_changes
from activities.pages.version_forms import BY_DATE, AdditionForm, ChangeForm, HeadForm
from activities.queries.annual_targets import Target, annual_targets
from units.pages.api import Problem


@dataclass
class TypedVersion:
    """The forms of a version, as they were typed."""

    head: HeadForm
    changes: list[ChangeForm]
    additions: list[AdditionForm]
    _places: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def is_valid(self) -> bool:
        """Tell whether all can be read; every form says what cannot."""
        wrong = [form for form in (self.head, *self.changes, *self.additions) if not form.is_valid()]
        return not wrong

    def body(self) -> dict[str, Any]:
        """Return what `POST /plans/{id}/versions/` takes; it notes which row each item is of."""
        self._places.clear()
        lists: dict[str, list[Any]] = defaultdict(list)
        for change in self.changes:
            for name, item in change.items().items():
                lists[name].append(item)
                self._places[name].append(change)
        for addition in self.additions:
            lists["add"].append(addition.item())
            self._places["add"].append(addition)
        return {**self.head.cleaned_data, **lists}

    def say(self, problem: Problem) -> None:
        """Say each error of the API in the row that it is about, else at the head."""
        for item in problem.items:
            rows = self._places[(item["field"] or "").partition(".")[0]]
            if item["index"] is not None and item["index"] < len(rows):
                rows[item["index"]].say([item])
            else:
                self.head.refuse(Problem(problem.status, {**problem.body, "errors": [item]}))

    def differences(self, closed: list[int], units: dict[str, str]) -> list[dict[str, Any]]:
        """Return before and after of each activity that changes, as a version shows them; one query.

        `closed` are the months whose period has closed, `units` the names of units by their codes.
        """
        effective_on: date | None = self.head.cleaned_data["effective_on"]
        shown = [_changed(form, effective_on, units) for form in self.changes if form.items()]
        shown += [_added(form, units) for form in self.additions]
        before = annual_targets([Target(each["rule_before"], each["before"]) for each in shown])
        after = annual_targets([Target(each["rule"], each["after"]) for each in shown])
        for each, was, now in zip(shown, before, after, strict=True):
            each["months"] = month_changes(each["before"], each["after"], closed)
            each["annual_before"], each["annual_after"] = was, now
        return shown


def _changed(form: ChangeForm, effective_on: date | None, units: dict[str, str]) -> dict[str, Any]:
    items, said, row = form.items(), form.cleaned_data, form.row
    before = [Decimal(quantity) for quantity in row["programmed"]]
    after, ends = typed(said) if "targets" in items else before, None
    if "cancel" in items:
        ends = (effective_on.month if effective_on else 1) if said["cancel"] == BY_DATE else int(said["cancel"])
        after = [quantity if month < ends else Decimal(0) for month, quantity in enumerate(after, 1)]
    kinds = {"cancel": "cancelled", "move": "moved", "correct": "corrected", "targets": "changed"}
    named = next(kind for name, kind in kinds.items() if name in items)
    restored = named == "changed" and row["is_cancelled"]
    return {
        "activity": row, "kind_name": KIND_NAMES["restored" if restored else named], "before": before, "after": after,
        "rule_before": row["accumulation"], "rule": said["accumulation"] or row["accumulation"],
        "cancelled_from": ends, "corrections": list(_corrections(form)), "to_unit": _unit(said["unit"], units),
    }  # fmt: skip


def _corrections(form: ChangeForm) -> Any:
    rules = dict(form.fields["accumulation"].choices)  # type: ignore[attr-defined]
    for name, title in (("measurement_unit", "Unidad de medida"), ("mef_activity", "Actividad MEF")):
        if code := form.cleaned_data[name]:
            yield title, form.row[name]["code"], code
    if rule := form.cleaned_data["accumulation"]:
        yield "Acumulación", rules[form.row["accumulation"]], rules[rule]


def _added(form: AdditionForm, units: dict[str, str]) -> dict[str, Any]:
    item = form.item()
    return {
        "activity": {"code": item.get("code", "Nueva"), "name": item["name"]}, "kind_name": KIND_NAMES["added"],
        "before": list(NO_PROGRAMME), "after": item["programmed"], "rule_before": item["accumulation"],
        "rule": item["accumulation"], "corrections": [], "to_unit": _unit(item["unit"], units),
    }  # fmt: skip


def _unit(code: str, units: dict[str, str]) -> dict[str, str] | None:
    return {"name": units.get(code, code)} if code else None
