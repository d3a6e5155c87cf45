"""Taking plans and activities away: what has no contents is deleted, what was never promised is struck out."""

from activities.choices import PlanStatus
from activities.models import Activity, Plan
from poi_api.http.exceptions import Conflict, require_empty


def remove_plan(*, plan: Plan) -> None:
    """Delete a locked plan that is empty; strike out a draft with its activities, if it was never approved.

    Raises Conflict `in_use`, or `plan_was_approved` for a draft whose approval was withdrawn (domain.md, rule 13).
    """
    contents = {
        "actividades": Activity._base_manager.filter(plan=plan).count(),
        "versiones": plan.versions.count(),
        "periodos de registro": plan.periods.count(),
        "importaciones": plan.import_applications.count(),
    }
    if plan.status != PlanStatus.DRAFT:
        require_empty(f"el plan {plan.year}", contents, instead="Un plan aprobado se conserva.")
    elif plan.versions.exists():
        detail = f"El plan {plan.year} ya estuvo aprobado: lo que se prometió se conserva, y no se descarta."
        raise Conflict("plan_was_approved", detail)
    if not any(contents.values()):
        plan.delete()
        return
    plan.activities.update(is_struck_out=True)
    plan.is_struck_out = True
    plan.save(update_fields=["is_struck_out"])


def remove_activity(*, activity: Activity) -> None:
    """Delete an activity without history, whose plan is locked; strike out one that was never promised.

    Raises Conflict `in_use`, or `activity_was_approved` for one of a draft that was in an approval since withdrawn.
    """
    contents = {
        "metas registradas": activity.revisions.count(),
        "registros de avance": activity.entries.count(),
        "filas importadas": activity.applied_rows.count(),
    }
    if not any(contents.values()):
        activity.delete()
        return
    if activity.plan.status != PlanStatus.DRAFT or activity.entries.exists():
        instead = "Lo que tiene historia se anula: is_cancelled en un borrador, una nueva versión en un plan aprobado."
        require_empty(f"la actividad {activity.code}", contents, instead=instead)
    if _was_promised(activity):
        detail = f"La actividad {activity.code} ya estuvo en un plan aprobado: anúlela con is_cancelled."
        raise Conflict("activity_was_approved", detail)
    activity.is_struck_out = True
    activity.save(update_fields=["is_struck_out"])


def _was_promised(activity: Activity) -> bool:
    """Tell whether a target of it was there when its plan was last approved.

    Who writes into a plan holds it, so that change sets are numbered in their order.
    """
    approval = activity.plan.versions.order_by("-id").first()
    return approval is not None and activity.revisions.filter(change_set_id__lte=approval.change_set_id).exists()
