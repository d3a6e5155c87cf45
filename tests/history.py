"""One row in every table of history, and which tables those are."""

from datetime import date
from types import SimpleNamespace

from django.apps import apps
from django.db import models, transaction

from activities.choices import RowStatus
from activities.models import AppliedRow, Import, ImportApplication, ImportRow, ImportUndoing, Plan
from reports.models import Publication, PublicationContent
from tests import factories
from units.choices import AccountEventKind, Role
from units.models import AccountEvent, Change, ChangeSet, Restoration
from units.services.account_events import note

HISTORY: tuple[type[models.Model], ...] = (
    ChangeSet,
    Change,
    Restoration,
    AccountEvent,
    *(
        model
        for label in ("activities", "reports")
        for model in apps.get_app_config(label).get_models()
        if any(field.name == "change_set" for field in model._meta.fields)
    ),
)


@transaction.atomic
def imported(plan: Plan, cut_off: date | None = date(2023, 1, 5)) -> ImportApplication:
    """Store an import with one row, and apply it to `plan`."""
    source = Import.objects.create(
        institution=plan.institution,
        institution_code=plan.institution.code,
        year=plan.year,
        filename="poi.tsv",
        sha256="0" * 64,
        content=b"x",
        cut_off=cut_off,
        report={},
    )
    ImportRow.objects.create(source=source, line=3, status=RowStatus.EXACT, cells=["1"], reading={})
    return ImportApplication.objects.create(source=source, plan=plan)


def world() -> SimpleNamespace:
    """Make one thing of every kind; two units under one institution and one under another."""
    made = SimpleNamespace()
    made.institution, made.other = factories.institution(), factories.institution()
    made.unit, made.sibling = factories.unit(made.institution), factories.unit(made.institution)
    made.below, made.foreign = factories.unit(made.unit), factories.unit(made.other)
    made.alias = factories.alias(made.unit, "Otro nombre")
    made.client = factories.client().client
    made.person = factories.person(Role.READER, made.unit)
    note(made.person, AccountEventKind.LINK_MADE)
    made.account_event = made.person.account_events.get()
    made.plan, made.foreign_plan = factories.plan(made.institution), factories.plan(made.other)
    made.activity = factories.activity(made.plan, made.unit)
    made.entry = factories.entry(made.activity)
    made.review = factories.review(made.entry)
    made.reopening = factories.reopening(made.plan, 1, made.unit)
    made.withdrawal = factories.withdrawal(made.reopening)
    made.approval_withdrawal = factories.approval_withdrawal(made.foreign_plan.versions.get())
    made.imported = imported(made.plan)
    made.stored_row = made.imported.source.rows.get()
    with transaction.atomic():
        made.undone = imported(made.plan)
        row = made.undone.source.rows.get()
        made.applied_row = AppliedRow.objects.create(
            application=made.undone, row=row, activity=made.activity, doubts=[]
        )
    made.undoing = ImportUndoing.objects.create(application=made.undone, reason="Archivo equivocado")
    made.publication = Publication.objects.create(report="poi", title="POI", parameters={}, unit=made.unit)
    made.content = PublicationContent.objects.create(
        publication=made.publication, format="csv", content=b"x", sha256="0" * 64
    )
    made.publication_withdrawal = factories.publication_withdrawal(made.publication)
    return made


def now() -> str:
    """Return the moment of the last change."""
    moment = ChangeSet.objects.latest("position").committed_at
    assert moment is not None
    return moment.isoformat()
