"""What `/reports/alerts/` is asked."""

from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import ValidationError

from poi_api.http.query import ChoiceParameter, TextsParameter
from reports.alerts.rules import RULES
from reports.shared.query import PagedQuery, month_parameter
from reports.shared.question import PagedQuestion


@dataclass(frozen=True, slots=True)
class AlertsQuestion(PagedQuestion):
    """Which rules, names of RULES in their order, and through which month."""

    through: int = 12
    rule: tuple[str, ...] = tuple(RULES)


class RulesParameter(TextsParameter):
    child = ChoiceParameter(list(RULES))

    def run_validation(self, data: Any = ()) -> Any:
        """Return the rules in their own order. Raises ValidationError `invalid_choice` for what is none."""
        if not RULES.keys() >= set(data):
            raise ValidationError(f"Use uno de: {', '.join(RULES)}.", code="invalid_choice")
        return tuple(name for name in RULES if name in data)


class AlertsQuery(PagedQuery):
    asks = AlertsQuestion

    through = month_parameter("Hasta qué mes, desde enero.")
    rule = RulesParameter(default=tuple(RULES), help_text="Solo estas reglas. Se puede repetir.")
