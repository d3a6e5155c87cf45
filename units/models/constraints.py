"""Named constraints, each with what people read where it is broken."""

from typing import Any

from django.db.models import CheckConstraint, Choices, Q, UniqueConstraint


def check(name: str, condition: Any, message: str) -> CheckConstraint:
    """Return a constraint that every row meets `condition`."""
    return CheckConstraint(name=name, condition=condition, violation_error_message=message)


def unique(name: str, fields: list[str], message: str, **options: Any) -> UniqueConstraint:
    """Return a constraint that no two rows share all `fields`."""
    return UniqueConstraint(name=name, fields=fields, violation_error_message=message, **options)


def not_blank(name: str, field: str, message: str) -> CheckConstraint:
    """Return a constraint that a text is not empty."""
    return check(name, ~Q(**{field: ""}), message)


def one_of(name: str, field: str, choices: type[Choices], message: str) -> CheckConstraint:
    """Return a constraint that a value is one of `choices`."""
    return check(name, Q(**{f"{field}__in": choices.values}), message)
