"""The query string that all reports share, and the question that it becomes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.http import QueryDict
from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.models.classification import Classifier
from activities.queries.latest_version import refuse_unknown_version
from activities.serializers.basis import BasisQuery, basis_of
from poi_api.http.formats import TABLES
from poi_api.http.parameters import CODE, ChoiceParameter, SeveralParameter, TruthParameter, WholeParameter
from poi_api.http.places import PageQuery, check_page, refuse_pages
from poi_api.http.query import Errors, Values, error
from poi_api.http.texts import of_the
from reports.shared.codes import named_by
from reports.shared.question import CLASSIFIERS, REFERENCES, Labels, PagedQuestion, Question, require_planner
from units.access.grants import Access
from units.history.past import past
from units.models.reading import is_past

_YEARS = ("year", "from_year", "to_year")
# Where any of these is wrong, it cannot be said which versions there are
_OF_VERSIONS = {*_YEARS, *REFERENCES, "version", "as_of"}
_NO_YEAR = "Falta el año: use year, o bien from_year y to_year."


def year_parameter(help_text: str, **options: Any) -> WholeParameter:
    """Return a parameter that is the year of plans."""
    return WholeParameter(min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text=help_text, **options)


def one_year_parameter() -> WholeParameter:
    """Return the year of a report that is of one year."""
    return year_parameter("El año.", required=True, error_messages={"required": "Falta el año: use year."})


def month_parameter(help_text: str) -> WholeParameter:
    """Return a parameter that is a month, 1 to 12; December unless said."""
    return WholeParameter(min_value=1, max_value=12, default=12, help_text=help_text)


def codes_parameter(help_text: str, **options: Any) -> SeveralParameter:
    """Return a parameter that names things by their codes."""
    return SeveralParameter(help_text=f"{help_text} Se admiten varios, separados por comas o repetidos.", **options)


class _InstitutionParameter(serializers.CharField):
    """The code of one institution, as the list that other reports take."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        set_override(self, "field", CODE)

    def run_validation(self, data: Any = empty) -> Any:
        return [data]


def institution_parameter(missing: str) -> serializers.CharField:
    """Return a parameter that names one institution and has to be there; `missing` is what is said if it is not."""
    return _InstitutionParameter(help_text="Código de la institución.", error_messages={"required": missing})


def classifier_parameter(classifier: Classifier) -> SeveralParameter:
    """Return a parameter that names by their codes what activities are classified by."""
    return codes_parameter(f"Código {of_the(classifier.label)}.")


class ReportQuery(BasisQuery):
    """Years, places, things and basis. A report adds parameters of its own, which its question has by the same name."""

    asks: ClassVar[type[Question]] = Question
    json_alone: ClassVar[Mapping[str, str]] = {}  # truths that only JSON can show, and what is said of them elsewhere

    year = year_parameter("El año; o bien `from_year` y `to_year`.")
    from_year = year_parameter("Primer año, junto con `to_year`.")
    to_year = year_parameter("Último año, junto con `from_year`.")
    institution: serializers.Field = codes_parameter("Código de la institución.")
    within = codes_parameter("Código de una unidad: ella y todas las que dependen de ella.")
    unit = codes_parameter("Código de la unidad, sin las que dependen de ella.")
    mef_activity = codes_parameter("Código de la actividad MEF.")
    measurement_unit = codes_parameter("Código de la unidad de medida.")
    oei = classifier_parameter(Classifier.OEI)
    aei = classifier_parameter(Classifier.AEI)
    categoria = classifier_parameter(Classifier.CATEGORIA)
    prioridad = classifier_parameter(Classifier.PRIORIDAD)
    labels = ChoiceParameter(
        [*Labels],
        default=Labels.THEN,
        help_text="Con `as_of`: `then`, los nombres, unidades y semáforos de entonces; `today`, los de hoy.",
    )
    draft = TruthParameter(default=False, help_text="`true`: también los borradores; solo para quienes los planifican.")

    @classmethod
    def question(cls, query: QueryDict, access: Access, day: date, variant: str, members: Sequence[str] = ()) -> Any:
        """Return what is asked on a Lima day, an instance of `asks`; `variant` is the format of the answer.

        `members` are those that a row of it has.

        Raises Forbidden for drafts where the caller plans nothing, and ValidationError naming all that is wrong: what
        the fields and `check` find, `required`, `ambiguous_years`, `unknown_code` and `unknown_version`.
        """
        values, errors = cls.parse(query)
        years = _years(values, query, errors)
        cls.check(values, cls.said(query, values, errors), variant, errors)
        codes = {name: list(values[name] or ()) for name in (*REFERENCES, *CLASSIFIERS)}
        basis, labels = basis_of(values), Labels(values["labels"])
        is_looked_up = any(codes.values()) or values["draft"] or basis.version is not None
        with past(basis.as_of if labels is Labels.THEN and is_looked_up else None):
            named, unknown = named_by(codes, access, of_the_past=is_past())
            errors |= unknown
            if values["draft"]:
                require_planner(access, named.institutions)
            own = {name: value for name, value in values.items() if name not in ReportQuery._declared_fields}
            question = cls.asks(*years, codes, basis, day, *named, labels, values["draft"], **own)
            cls.check_question(question, values, members, errors)
            if not errors.keys() & _OF_VERSIONS:
                try:
                    refuse_unknown_version(question.basis, lambda: question.plans(access))
                except ValidationError as refused:
                    errors.update(refused.detail)  # type: ignore[arg-type]
        if errors:
            raise ValidationError(errors)
        return question

    @classmethod
    def check(cls, values: Values, said: set[str], variant: str, errors: Errors) -> None:
        """Add to `errors` what is wrong between the report's own parameters, of which `said` are not as by default."""

    @classmethod
    def check_question(cls, question: Any, values: Values, members: Sequence[str], errors: Errors) -> None:
        """Add to `errors` what is wrong with the report's parameters in view of the whole question."""


class TableQuery(ReportQuery):
    """A report that is a table too."""

    raw = TruthParameter(
        default=False,
        help_text="En CSV, `true` deja los textos como son, sin la comilla que impide que una hoja de cálculo los tome "
        "por fórmulas: para programas.",
    )

    @classmethod
    def check(cls, values: Values, said: set[str], variant: str, errors: Errors) -> None:
        super().check(values, said, variant, errors)
        if values["raw"] and variant != "csv":
            errors["raw"] = error("invalid", "Solo tiene sentido en CSV.")


class PagedQuery(PageQuery, ReportQuery):
    """A report in pages, which only JSON has."""

    asks = PagedQuestion

    @classmethod
    def check(cls, values: Values, said: set[str], variant: str, errors: Errors) -> None:
        super().check(values, said, variant, errors)
        if variant in TABLES:
            refuse_pages(said, errors)

    @classmethod
    def check_question(cls, question: Any, values: Values, members: Sequence[str], errors: Errors) -> None:
        check_page(values, errors, order=question.order, members=members)


def _years(values: Values, given: QueryDict, errors: Errors) -> tuple[int, int]:
    """Return first and last year, both 0 where `errors` gets what is wrong with them."""
    year, first, last = (values.get(name) for name in _YEARS)
    missing = [name for name in ("from_year", "to_year") if name not in given or name not in values]
    if "year" in given:
        if len(missing) < 2:
            errors.setdefault("year", error("ambiguous_years", "Use year, o bien from_year y to_year."))
        first = last = year
    elif missing:
        name = "year" if len(missing) == 2 else missing[0]
        errors.setdefault(name, error("required", _NO_YEAR))
    elif first is not None and last is not None and first > last:
        errors["to_year"] = error("invalid", "No puede ser anterior a from_year.")
    return first or 0, last or 0
