"""What people choose from in filters and forms: units, entries of catalogues, institutions, as the API lists them."""

from typing import Any

from django import forms

from units.choices import Role
from units.pages.api import Api
from units.pages.page import Page

MOST_OPTIONS = 300  # of a longer list the code is typed in
_BY_CODE = "Escriba el código: hay demasiadas para una lista."
_NONE = "Todavía no hay ninguna: se agregan en «Unidades» y en «Catálogos»."
Options = list[tuple[str, str]]


def options_of(api: Api, path: str, *, most: int = MOST_OPTIONS, **query: Any) -> Options | None:
    """Return code and name of what a list of the API has, by name; None where that is too much to choose from."""
    answer = api.get(path, fields="code,name", limit=most, **query)
    if answer["count"] > most:
        return None
    return [(row["code"], f"{row['name']} · {row['code']}") for row in answer["results"]]


def units_of(page: Page, institution: dict[str, Any], **query: Any) -> Options | None:
    """Return the units of an institution that the person sees; who sees only some of them cannot name the whole."""
    whole = page.access.allows(Role.READER, [institution["id"]])
    return options_of(page.api, "/units/", within=institution["code"] if whole else None, **query)


def code_field(label: str, options: Options | None, *, blank: str = "", required: bool = True) -> forms.Field:
    """Return a field for a code: a list to choose from, or a line to write in where the list would be too long."""
    if options is None:
        return forms.CharField(label=label, required=required, max_length=32, help_text=_BY_CODE)
    said = _NONE if required and not options else ""
    return forms.ChoiceField(label=label, required=required, choices=[("", blank), *options], help_text=said)


EVERYWHERE = "*"  # chosen in place of a unit: the whole installation


def scope_field(page: Page) -> forms.Field:
    """Return the field for where a role holds: a unit, or the installation for who plans all of it."""
    options = options_of(page.api, "/units/", is_active=True)
    everywhere = [(EVERYWHERE, "Toda la instalación")] if page.access.everywhere(Role.PLANNER) else []
    if options is not None:
        return code_field("Unidad, con las que dependen de ella", [*everywhere, *options])
    field = code_field("Unidad, con las que dependen de ella", None)
    field.help_text += " Un asterisco es toda la instalación." if everywhere else ""
    return field


def scope_of(chosen: str) -> str | None:
    """Return the code of the unit that was chosen, None for the installation."""
    return None if chosen == EVERYWHERE else chosen


class FilterForm(forms.Form):
    """The filters of a list; what it holds is in the page's address, and its fields are called as the API's."""

    def __init__(self, fields: dict[str, forms.Field], asked: dict[str, str]) -> None:
        super().__init__(initial=asked)
        self.fields.update(fields)
        for name, field in self.fields.items():
            field.required = False
            if isinstance(field, forms.ChoiceField) and asked.get(name, "") not in dict(field.choices):  # type: ignore[arg-type]
                # The API says what is wrong with it; shown it is still
                field.choices = [*field.choices, (asked[name], asked[name])]  # type: ignore[misc]
