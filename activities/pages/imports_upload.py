"""A document that is handed in: its file and the terms by which it is read; what is refused says what to mend."""

import secrets
from collections.abc import Mapping
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import HTTP
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.pages.imports_columns import MEANINGS, Said, as_columns, mended_by_columns, to_say, typed_columns
from activities.pages.imports_words import in_words_of
from activities.queries.planned_institutions import planned_institutions
from poi_api.http import exact_json
from units.choices import Role
from units.pages.api import Problem
from units.pages.options import Options, code_field
from units.pages.page import FormPage
from units.pages.page_form import PageForm, UploadField

_TRUTHS = ("draft", "strict", "overwrite")
_FILE = "file"
_PART = "Content-Disposition"


class DocumentForm(PageForm):
    """The file, and how it is to be read; `problems` are the API's, each with its line and column."""

    field_order = [_FILE, "institution", "institution_name", "year"]

    file = UploadField(
        label="Archivo",
        help_text="XLSX, CSV, TSV o el .xls de CEPLAN, de hasta 10 MB.",
        missing="Elija el archivo.",
    )
    year = forms.IntegerField(
        label="Año", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR,
        help_text="En blanco, el que diga el documento.",
    )  # fmt: skip
    sheet = forms.CharField(
        label="Hoja", required=False, max_length=255, help_text="Su nombre, si varias hojas tienen tablas."
    )
    resolution = forms.CharField(
        label="Resolución", required=False, max_length=200, help_text="La que aprueba las metas del documento."
    )
    draft = forms.BooleanField(
        label="Hacer un borrador", required=False, help_text="Solo con sus metas: lo ejecutado no se toma."
    )
    strict = forms.BooleanField(
        label="Dejar fuera las filas inferidas", required=False, help_text="Las que se pueden leer de varias maneras."
    )
    overwrite = forms.BooleanField(
        label="Reemplazar lo que las personas registraron", required=False,
        help_text="Sin esto, lo registrado se conserva y se dice en qué difiere.",
    )  # fmt: skip
    layout = forms.CharField(
        label="Nombre del formato", required=False, max_length=100,
        help_text="Con columnas dichas, las guarda con ese nombre. Sin ellas, usa las que se guardaron con él.",
    )  # fmt: skip

    def __init__(self, *typed: Any, institutions: Options, anywhere: bool, **more: Any) -> None:
        super().__init__(*typed, **more)
        self.problem: Problem | None = None  # as the API said it
        self.told: Problem | None = None
        self.titles = typed_columns(self.data)
        if anywhere:
            self.fields["institution"] = forms.CharField(
                label="Institución", max_length=32, help_text="Su código; el de una nueva, con su nombre."
            )
            self.fields["institution_name"] = forms.CharField(
                label="Nombre de la institución", required=False, max_length=500, help_text="Si es nueva."
            )
        else:
            self.fields["institution"] = code_field("Institución", institutions)
        self.order_fields(self.field_order)

    @property
    def problems(self) -> list[Any]:
        """What is wrong with the file, in the words of the page."""
        return [item for item in self.told.items if item["field"] == _FILE] if self.told else []

    def refuse(self, problem: Problem) -> None:
        """Say what the API refuses, in the words of the page; of the file it is told apart, by line and column."""
        labels = {name: str(field.label) for name, field in self.fields.items()}
        items = [{**item, "detail": in_words_of(item["detail"], labels)} for item in problem.items]
        body = {**problem.body, "detail": in_words_of(problem.detail, labels), "errors": items}
        self.problem, self.told = problem, Problem(problem.status, body)
        if not self.problems:
            return super().refuse(self.told)
        return self.add_error(
            _FILE, "No se guardó: abajo dice qué hay que corregir. Si cambia el archivo, elíjalo otra vez."
        )

    @property
    def columns(self) -> list[Said]:
        """The lines in which it is said what titles mean; none where nothing asks for it."""
        asks = self.titles or (self.problem and mended_by_columns(self.problem))
        return to_say(self.titles, self.problem) if asks else []

    def said(self) -> dict[str, str]:
        """Return the texts of the API's form."""
        texts = {name: value for name, value in self.cleaned_data.items() if name != _FILE and name not in _TRUTHS}
        truths = {name: "true" for name in _TRUTHS if self.cleaned_data[name]}
        if columns := as_columns(self.titles):
            texts["columns"] = exact_json.dumps(columns).decode()
        return {name: str(value) for name, value in texts.items() if value not in (None, "")} | truths


class NewImportPage(FormPage):
    """Hands in a document, which is stored with its diagnosis and writes no figure yet."""

    template_name = "activities/new_import.html"

    def form(self, *typed: Any, **more: Any) -> PageForm:
        anywhere = self.access.everywhere(Role.PLANNER)
        planned = planned_institutions(self.access)
        if not planned and not anywhere:
            raise PermissionDenied
        if len(planned) == 1:
            more["initial"] = {**more.get("initial", {}), "institution": planned[0].code}
        institutions = [(unit.code, f"{unit.name} · {unit.code}") for unit in planned]
        return DocumentForm(*typed, institutions=institutions, anywhere=anywhere, **more)

    def initial(self) -> dict[str, Any]:
        return self.asked("institution", "year")

    def context(self) -> dict[str, Any]:
        return {"meanings": MEANINGS}

    def save(self, form: Any) -> str:
        body, media_type = form_with_file(form.said(), form.cleaned_data[_FILE])
        source = self.api.upload("/imports/", body, media_type)
        return reverse("import", args=[source["id"]])

    def leave(self, address: str) -> HttpResponse:
        """Lead on; with htmx the chosen file stayed in the form until the document was taken."""
        return HttpResponseClientRedirect(address) if "HX-Request" in self.request.headers else super().leave(address)


def form_with_file(fields: Mapping[str, str], file: Any) -> tuple[bytes, str]:
    """Return the body that has these texts and an uploaded file as `file`, and its media type."""
    form = MIMEMultipart("form-data", boundary=secrets.token_hex(16))
    for name, text in fields.items():
        part: Any = MIMEText(text, "plain", "utf-8")
        part.add_header(_PART, "form-data", name=name)
        form.attach(part)
    part = MIMEApplication(file.read())
    part.add_header(_PART, "form-data", name="file", filename=("utf-8", "", file.name))
    form.attach(part)
    _, _, body = form.as_bytes(policy=HTTP).partition(b"\r\n\r\n")
    return body, str(form["Content-Type"])
