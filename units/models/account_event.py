"""What happened to people's accounts besides their roles: locks, links, passwords, second steps."""

from django.conf import settings
from django.db import models

from units.choices import AccountEventKind
from units.models.change import own_change_set
from units.models.constraints import one_of
from units.models.unit import OfUnitQuerySet, Unit


class AccountEvent(models.Model):
    """Something that was done to an account, where its person held a role then. Append-only.

    It has a row for each unit of the person's roles, so that who plans for one sees it there; `unit` is null for a role
    on the installation, and for who has none.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_events", verbose_name="persona"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="unidad")
    kind = models.CharField("hecho", max_length=32, choices=AccountEventKind.choices)
    change_set = own_change_set()

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "hecho en la cuenta"
        verbose_name_plural = "hechos en cuentas"
        ordering = ["id"]
        constraints = [one_of("account_event_kind_known", "kind", AccountEventKind, "El hecho no existe.")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_kind_display()}"
