"""The columns of an export of months: what an activity is, then what each of its months says."""

from activities.choices import Accumulation, MonthStatus
from reports.shared.columns import LABELS, Column, choice, number, quantity, table_columns, text, truth

_ACCUMULATION = choice(
    "accumulation", "a.accumulation", Accumulation.choices, "Cómo se acumulan los meses: `sum`, `last` o `average`."
)
# What all lines of an activity share
LABEL_COLUMNS = (*table_columns(LABELS), _ACCUMULATION)


# A month's own cells; SQL gives all twelve of a column at once
def _cells(column: str) -> str:
    return f"array_to_string(f.{column}, ',', %(nothing)s)"


def _texts(column: str) -> str:
    return f"CASE WHEN array_to_string(f.{column}, '') <> '' THEN array_to_json(f.{column})::text ELSE '' END"


_STATUS = "Estado del registro más nuevo: `unreported`, `submitted`, `accepted` o `returned`."
_EXECUTED = "Ejecutado oficial del mes; vacío si nadie lo reportó: no es un cero."
_LATE = "Si el registro oficial llegó fuera de plazo; vacío si no hay."
_EVIDENCE = "Medio de verificación del registro oficial; vacío si no hay."
FIGURES: tuple[Column, ...] = (
    quantity("programmed", _cells("programmed"), "Programado del mes en la versión pedida."),
    quantity("executed", _cells("executed"), _EXECUTED, allow_null=True),
    quantity("pending", _cells("pending"), "Ejecutado que espera revisión; vacío si no hay.", allow_null=True),
    choice("status", _cells("status"), MonthStatus.choices, _STATUS),
    truth("late", _cells("late::text[]"), _LATE, allow_null=True),
    number("entry_version", _cells("entry_version"), "Número del registro más nuevo, 0 si no hay."),
    text("reason", _texts("reason"), "Motivo del registro oficial; vacío si no hay.", allow_null=True),
    text("evidence_url", _texts("evidence_url"), _EVIDENCE, allow_null=True),
)
MONTH = number("month", "", "Mes, de 1 a 12.", min_value=1, max_value=12)
COLUMNS = (*LABEL_COLUMNS, MONTH, *FIGURES)
