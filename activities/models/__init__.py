"""What was promised and what was done."""

from activities.models.activity import Activity
from activities.models.catalogue import MeasurementUnit, MefActivity
from activities.models.document import AppliedRow, Import, ImportApplication, ImportRow, ImportUndoing
from activities.models.figure import Figure
from activities.models.period import Reopening, ReopeningWithdrawal, ReportingPeriod
from activities.models.plan import ApprovalWithdrawal, Plan, PlanVersion
from activities.models.progress import ProgressEntry, Review
from activities.models.target import TargetRevision

__all__ = [
    "Activity",
    "AppliedRow",
    "ApprovalWithdrawal",
    "Figure",
    "Import",
    "ImportApplication",
    "ImportRow",
    "ImportUndoing",
    "MeasurementUnit",
    "MefActivity",
    "Plan",
    "PlanVersion",
    "ProgressEntry",
    "Reopening",
    "ReopeningWithdrawal",
    "ReportingPeriod",
    "Review",
    "TargetRevision",
]
