"""The columns of an export of months: what an activity is, then what each of its months says."""

from activities.choices import Accumulation, MonthStatus
from reports.shared.columns import CLASSIFICATION, LABELS, Column, choice, number, quantity, table_columns, text, truth

_ACCUMULATION = choice(
    "accumulation", "rule.accumulation", Accumulation.choices, "Cómo se acumulan los meses: `sum`, `last` o `average`."
)
# What all lines of an activity share; what classifies it SQL gives as JSON
LABEL_COLUMNS = (*table_columns(label for label in LABELS if label is not CLASSIFICATION), _ACCUMULATION)
CLASSIFIED = "a.classification"
_STATUS = "Estado del registro más nuevo: `unreported`, `submitted`, `accepted` o `returned`."
_EXECUTED = "Ejecutado oficial del mes; vacío si nadie lo reportó: no es un cero."
_LATE = "Si el registro oficial llegó fuera de plazo; vacío si no hay."
_EVIDENCE = "Medio de verificación del registro oficial; vacío si no hay."
# Texts are mostly not there, and PostgreSQL takes long to write twelve empty ones
_TEXTS = "CASE WHEN '' <> ANY (f.{0}) THEN array_to_json(f.{0}) END"
# A month's own cells; SQL gives all twelve of a column at once, texts as JSON or nothing
FIGURES: tuple[Column, ...] = (
    quantity("programmed", "f.programmed", "Programado del mes en la versión pedida."),
    quantity("executed", "f.executed", _EXECUTED, allow_null=True),
    quantity("pending", "f.pending", "Ejecutado que espera revisión; vacío si no hay.", allow_null=True),
    choice("status", "f.status", MonthStatus.choices, _STATUS),
    truth("late", "f.late", _LATE, allow_null=True),
    number("entry_version", "f.entry_version", "Número del registro más nuevo, 0 si no hay."),
    text("reason", _TEXTS.format("reason"), "Motivo del registro oficial; vacío si no hay.", allow_null=True),
    text("evidence_url", _TEXTS.format("evidence_url"), _EVIDENCE, allow_null=True),
)
MONTH = number("month", "", "Mes, de 1 a 12.", min_value=1, max_value=12)
COLUMNS = (*LABEL_COLUMNS, *CLASSIFICATION.columns, MONTH, *FIGURES)
