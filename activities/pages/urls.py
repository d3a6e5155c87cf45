"""Paths of the pages about plans, activities, progress, reviews and imports."""

from django.urls import path

from activities.pages import history_words  # noqa: F401 - says how history is told
from activities.pages.activity import ActivityPage, RemoveActivityPage
from activities.pages.activity_forms import EditActivityPage, NewActivityPage
from activities.pages.activity_list import ActivitiesPage
from activities.pages.catalogues import CATALOGUES, CataloguePage, EditEntryPage, NewEntryPage, RemoveEntryPage
from activities.pages.draft_targets import DraftTargetsPage
from activities.pages.figure_story import FigureStoryPage
from activities.pages.imports import ImportPage, ImportsPage
from activities.pages.imports_applying import ApplyImportPage, UndoImportPage
from activities.pages.imports_upload import NewImportPage
from activities.pages.month_story import MonthStoryPage, MonthWithdrawalPage
from activities.pages.month_upload import MonthUploadPage
from activities.pages.my_month import MyMonthPage
from activities.pages.new_version import NewVersionPage
from activities.pages.periods import EndReopeningPage, PeriodsPage, ReopenPeriodPage
from activities.pages.plan_acts import ApprovePlanPage, ClosePlanPage, ReopenPlanPage, WithdrawApprovalPage
from activities.pages.plans import CopyPlanPage, NewPlanPage, PlanPage, PlanRulesPage, PlansPage, RemovePlanPage
from activities.pages.review import ReviewPage
from activities.pages.version import VersionPage

_PLAN = "planes/<int:plan>/"
_ACTIVITY = "actividades/<int:activity>/"
_PERIOD = "periodos/<int:period>/"
_IMPORT = "importaciones/<int:source>/"

_TARGETS = [
    path("actividades/", ActivitiesPage.as_view(), name="activities"),
    path(_ACTIVITY, ActivityPage.as_view(), name="activity"),
    path(f"{_ACTIVITY}cambiar/", EditActivityPage.as_view(), name="edit_activity"),
    path(f"{_ACTIVITY}meses/<int:month>/", FigureStoryPage.as_view(), name="figure_story"),
    path(f"{_ACTIVITY}descartar/", RemoveActivityPage.as_view(), name="remove_activity"),
    path(f"{_PLAN}actividades/nueva/", NewActivityPage.as_view(), name="new_activity"),
    path(f"{_PLAN}metas/", DraftTargetsPage.as_view(), name="draft_targets"),
    path(f"{_PLAN}versiones/nueva/", NewVersionPage.as_view(), name="new_version"),
    path(f"{_PLAN}versiones/<int:version>/", VersionPage.as_view(), name="version"),
]
_PLANS = [
    path("planes/", PlansPage.as_view(), name="plans"),
    path("planes/nuevo/", NewPlanPage.as_view(), name="new_plan"),
    path(_PLAN, PlanPage.as_view(), name="plan"),
    path(f"{_PLAN}reglas/", PlanRulesPage.as_view(), name="plan_rules"),
    path(f"{_PLAN}aprobar/", ApprovePlanPage.as_view(), name="approve_plan"),
    path(f"{_PLAN}retirar-aprobacion/", WithdrawApprovalPage.as_view(), name="withdraw_approval"),
    path(f"{_PLAN}cerrar/", ClosePlanPage.as_view(), name="close_plan"),
    path(f"{_PLAN}reabrir/", ReopenPlanPage.as_view(), name="reopen_plan"),
    path(f"{_PLAN}copiar/", CopyPlanPage.as_view(), name="copy_plan"),
    path(f"{_PLAN}descartar/", RemovePlanPage.as_view(), name="remove_plan"),
    path(f"{_PLAN}periodos/", PeriodsPage.as_view(), name="periods"),
    path(f"{_PERIOD}reabrir/", ReopenPeriodPage.as_view(), name="reopen_period"),
    path(f"{_PERIOD}reaperturas/<int:reopening>/terminar/", EndReopeningPage.as_view(), name="end_reopening"),
]
_PROGRESS = [
    path("mi-mes/", MyMonthPage.as_view(), name="my_month"),
    path("mi-mes/plantilla/", MonthUploadPage.as_view(), name="month_upload"),
    path("mi-mes/<int:activity>/<int:month>/", MonthStoryPage.as_view(), name="month_story"),
    path("mi-mes/<int:activity>/<int:month>/retirar/", MonthWithdrawalPage.as_view(), name="month_withdrawal"),
    path("revision/", ReviewPage.as_view(), name="review"),
]
_CATALOGUES = [
    path(f"catalogos/{each.name}/{address}", page.as_view(catalogue=each), name=f"{name}_{each.entity}")
    for each in CATALOGUES
    for address, page, name in (
        ("", CataloguePage, "catalogue"),
        ("nueva/", NewEntryPage, "new_entry"),
        ("<int:entry>/cambiar/", EditEntryPage, "edit_entry"),
        ("<int:entry>/borrar/", RemoveEntryPage, "remove_entry"),
    )
]
_IMPORTS = [
    path("importaciones/", ImportsPage.as_view(), name="imports"),
    path("importaciones/nueva/", NewImportPage.as_view(), name="new_import"),
    path(_IMPORT, ImportPage.as_view(), name="import"),
    path(f"{_IMPORT}aplicar/", ApplyImportPage.as_view(), name="apply_import"),
    path(f"{_IMPORT}deshacer/", UndoImportPage.as_view(), name="undo_import"),
]

urlpatterns = [*_PROGRESS, *_TARGETS, *_PLANS, *_CATALOGUES, *_IMPORTS]
