"""Where what is kept of activities came from, as SQL: documents applied and not undone by the moment asked."""

from reports.shared.question import Question
from reports.shared.selection import schema_of


def standing(question: Question) -> str:
    """Return the query of applications that stand; they are written one after another, so ids are in their order."""
    schema = schema_of(question)
    return f"""(SELECT x.* FROM {schema}activities_importapplication x WHERE NOT EXISTS (
                     SELECT FROM {schema}activities_importundoing u WHERE u.application_id = x.id))"""


def latest_row(question: Question, items: str, condition: str = "true") -> str:
    """Return the query of `items` of the latest row `r` that names activity `a`, as the application (`w`) took it."""
    return f"""
      SELECT {items}
        FROM activities_appliedrow w JOIN {standing(question)} x ON x.id = w.application_id
        JOIN activities_importrow r ON r.id = w.row_id
       WHERE w.activity_id = a.id AND {condition}
       ORDER BY x.id DESC LIMIT 1"""
