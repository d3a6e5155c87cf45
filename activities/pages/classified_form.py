"""The part of an activity's form that says what it is classified by: of each thing a code and a name."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from activities.models.classification import LONGEST_NAME
from activities.pages.history_words import CLASSIFIERS
from poi_api.http.problem_items import ErrorItem
from units.pages.page_form import PageForm

_LONGEST_CODE = 32
_PARTS = (("code", "código", _LONGEST_CODE), ("name", "nombre", LONGEST_NAME))


class ClassifiedForm(PageForm):
    """A form with the fields `oei_code`, `oei_name` and so on; two blanks are not said."""

    def __init__(self, *typed: Any, **more: Any) -> None:
        super().__init__(*typed, **more)
        for thing, words in CLASSIFIERS.items():
            for part, said, longest in _PARTS:
                label = f"{words[0].upper()}{words[1:]}: {said}"
                self.fields[f"{thing}_{part}"] = forms.CharField(label=label, required=False, max_length=longest)

    @property
    def described(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of the classification, the code and the name of each thing."""
        return [(self[f"{thing}_code"], self[f"{thing}_name"]) for thing in CLASSIFIERS]

    @property
    def says_something(self) -> bool:
        """Whether any of them holds something."""
        return any(self[name].value() for name in _names())

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields of all else."""
        names = set(_names())
        return [field for field in self if field.name not in names]

    def body(self) -> dict[str, Any]:
        """Return what is sent to the API; what is blank, and may be, is left out."""
        names, said = set(_names()), self.cleaned_data
        body = {name: value for name, value in said.items() if name not in names and value != ""}
        return body | {"classification": {thing.value: _part(said, thing) for thing in CLASSIFIERS}}

    def _field_of(self, item: ErrorItem) -> str | None:
        within, _, place = (item["field"] or "").partition(".")
        if within != "classification":
            return super()._field_of(item)
        thing, _, part = place.partition(".")
        return f"{thing}_{part or 'code'}"


def classified(activity: Mapping[str, Any]) -> dict[str, str]:
    """Return what the fields hold of an activity as the API shows it."""
    said = activity["classification"]
    return {f"{thing}_{part}": said[thing][part] for thing in CLASSIFIERS if said[thing] for part, *_ in _PARTS}


def _names() -> Iterator[str]:
    for thing in CLASSIFIERS:
        for part, *_ in _PARTS:
            yield f"{thing}_{part}"


def _part(said: Mapping[str, Any], thing: str) -> dict[str, str] | None:
    """Return the code and the name of a thing, one of them where the other is blank, None where both are."""
    return {part: said[f"{thing}_{part}"] for part, *_ in _PARTS if said[f"{thing}_{part}"]} or None
