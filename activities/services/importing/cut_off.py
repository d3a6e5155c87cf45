"""The cut-off date of a document: whether it can be true, and what it decides (domain.md, rule 9)."""

from datetime import date, datetime, time

from django.utils import timezone

from units.history.change_sets import set_known_from


def implausible_cut_off(cut_off: date, year: int) -> str:
    """Say in Spanish why a document on a plan's `year` cannot have been cut off on this day; empty if it can."""
    today = timezone.localdate()
    if cut_off > today:
        return f"es posterior a hoy ({today:%d/%m/%Y})"
    if cut_off < date(year, 1, 1):
        return f"es anterior al año del plan ({year})"
    return ""


def know_from(cut_off: date | None, year: int) -> None:
    """Date the first import into an empty plan back to 00:00 in Lima of its document's cut-off, if that can be true."""
    if cut_off is not None and not implausible_cut_off(cut_off, year):
        set_known_from(datetime.combine(cut_off, time(), tzinfo=timezone.get_default_timezone()))
