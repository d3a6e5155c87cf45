"""What no two activities of a plan share: a code; and unit, MEF activity and name together."""

from activities.models import Activity

CODE_TAKEN, ACTIVITY_TAKEN = "activity_code_once_per_plan", "activity_once_per_plan_and_unit"  # the constraints' names

Key = tuple[int, int, str]


def key_of(activity: Activity, name_key: str) -> Key:
    """Return what an activity has alone in its plan under a folded name: unit and MEF activity by id, and that name."""
    return activity.unit_id, activity.mef_activity_id, name_key


def code_taken_detail(code: str, other: str) -> str:
    """Return why an activity cannot have `code` beside `other`: they are equal, or fold to the same.

    Who writes may not see the other activity, so no more is said of it than the code that was sent.
    """
    if code == other:
        return f"El plan ya tiene una actividad con el código {code}."
    return f"El código {code} se confunde con otro del plan: solo cambian mayúsculas, acentos o espacios; elija otro."


def activity_taken_detail(other: Activity) -> str:
    """Return why an activity cannot have the unit, the MEF activity and the name of `other`."""
    return f"La unidad ya tiene en el plan esa actividad, con ese nombre y esa actividad MEF: {other.code}."
