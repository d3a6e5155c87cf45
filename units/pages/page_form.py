"""The forms of the pages: they read what was typed, and say at their fields what the API refuses; rules are its."""

import re
from itertools import chain
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from poi_api.http.problem_items import ErrorItem
from units.pages.api import Problem
from units.pages.quantities import Unreadable, quantity_of

_PLACE = re.compile(r"[.\[]")


class PageForm(forms.Form):
    """A form whose fields are called as the API's; where one is not, `api_names` says {API's name: field}.

    With `page_lists_conflicts` the page says all that is in the way, and a refusal only the first of it.
    """

    api_names: ClassVar[dict[str, str]] = {}
    page_lists_conflicts: ClassVar[bool] = False

    def __init__(self, *typed: Any, page: object = None, **more: Any) -> None:
        super().__init__(*typed, **more)

    def full_clean(self) -> None:
        """Check what was typed; a text too long is told as by the API, for Django's Spanish is off by one."""
        for validator in chain.from_iterable(field.validators for field in self.fields.values()):
            if isinstance(validator, MaxLengthValidator):
                validator.message = "Admite hasta %(limit_value)d caracteres."
        super().full_clean()

    def refuse(self, problem: Problem) -> None:
        """Say each error at its field, or at the top of the form where it has none or another form's."""
        is_listed = self.page_lists_conflicts and problem.status == 409
        for item in problem.items[:1] if is_listed else problem.items:
            self.add_error(self._field_of(item), _in_words(item))

    def _field_of(self, item: ErrorItem) -> str | None:
        named = item["field"] or ""
        for name in (named, _PLACE.split(named)[0]):
            field = self.api_names.get(name, name)
            if field in self.fields:
                return field
        return None


class NoForm(PageForm):
    """Nothing but that it is to be done."""


def _in_words(item: ErrorItem) -> str:
    return item["detail"] if item["index"] is None else f"Fila {item['index'] + 1}: {item['detail']}"


class DayField(forms.DateField):
    """A day; the browser shows it as people here write it, and sends it as 2023-01-05. Its value is a date."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ["%Y-%m-%d", "%d/%m/%Y"]
    default_error_messages = {"invalid": "Escriba una fecha como 05/01/2023."}


class QuantityField(forms.DecimalField):
    """A quantity as people type it, which `quantities` reads or refuses; `among_commas` is said to that."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "number", "autocomplete": "off"})

    def __init__(self, *, among_commas: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.among_commas = among_commas

    def to_python(self, value: Any) -> Any:
        """Return the number, a Decimal, None for a blank. Raises ValidationError."""
        try:
            return quantity_of(str(value or ""), among_commas=self.among_commas)
        except Unreadable as unreadable:
            raise ValidationError(str(unreadable)) from unreadable


class UploadField(forms.FileField):
    """A file, which the browser sends if it is no larger than a request may be; what is wrong in it the API says."""

    def __init__(self, *, missing: str, accept: str = "", **options: Any) -> None:
        told = {"data-largest": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20, **({"accept": accept} if accept else {})}
        widget = forms.ClearableFileInput(attrs=told)
        super().__init__(widget=widget, allow_empty_file=True, error_messages={"required": missing}, **options)
