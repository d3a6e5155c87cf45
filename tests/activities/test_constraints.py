"""Every rule of the database is broken here once, by plain SQL, and says so in Spanish."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from pytest_django import DjangoDbBlocker

from poi_api.database.roles import as_owner
from tests import factories as make
from tests.factories import settle
from tests.history import world

ROOT = Path(__file__).resolve().parents[2]
APPS = ("units", "activities", "reports")
MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models()]
CONSTRAINTS = {constraint.name: constraint for model in MODELS for constraint in model._meta.constraints}
TABLES = {constraint.name: model for model in MODELS for constraint in model._meta.constraints}


def copy(model: type[models.Model], where: str = "", **values: str) -> str:
    """Return an INSERT of a copy of a row, with SQL expressions for some columns."""
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if not field.primary_key and not isinstance(field, models.GeneratedField) and field.name != "change_set"
    ]
    taken = ", ".join(values.get(column, column) for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} {where} ORDER BY id LIMIT 1"


def update(model: type[models.Model], change: str, where: str = "true") -> str:
    table = model._meta.db_table
    return f"UPDATE {table} SET {change} WHERE id = (SELECT min(id) FROM {table} WHERE {where})"


# What to do to break each constraint: an SQL of its own, or the changed columns of a row.
M = {model.__name__: model for model in MODELS}
NO_ROOT = "parent_id IS NOT NULL"
BREAKING: dict[str, str] = {
    "change_names_so_many": "INSERT INTO units_change (change_set_id, entity, object_id, operation, further_ids)"
    " VALUES (open_change_set(), 'unit', 1, 'created', array_fill(2, ARRAY[1048576]))",
    "unit_kind_known": update(M["Unit"], "kind = 'x'", NO_ROOT),
    "unit_root_is_institution": update(M["Unit"], "kind = 'institution'", NO_ROOT),
    "unit_code_not_blank": update(M["Unit"], "code = ''"),
    "unit_name_not_blank": update(M["Unit"], "name = ' \u0301 '"),
    "unit_name_once_per_institution": copy(M["Unit"], f"WHERE {NO_ROOT}", code="'NEW'", name="'  ' || lower(name)"),
    "unit_alias_not_blank": update(M["UnitAlias"], "name = ''"),
    "unit_alias_once_per_institution": copy(M["UnitAlias"], unit_id="institution_id", name="upper(name)"),
    "membership_role_known": update(M["Membership"], "role = 'x'"),
    "membership_once_per_unit": copy(M["Membership"]),
    "account_event_kind_known": update(M["AccountEvent"], "kind = 'x'"),
    "client_role_known": update(M["ApiClient"], "role = 'x'"),
    "client_name_not_blank": update(M["ApiClient"], "name = ''"),
    "client_name_once_per_institution": copy(M["ApiClient"], prefix="'another'", name="upper(name)"),
    "answer_once_per_key": "INSERT INTO units_storedanswer (caller, path, key, request_hash, status, headers, body)"
    " SELECT 'a', 'b', 'c', 'x', 200, '{}', 'x' FROM generate_series(1, 2)",
    "answer_is_success": "INSERT INTO units_storedanswer (caller, path, key, request_hash, status, headers, body)"
    " VALUES ('a', 'b', 'c', 'x', 300, '{}', 'x')",
    "mefactivity_name_once": copy(M["MefActivity"], code="'NEW'", name="upper(name)"),
    "mefactivity_name_not_blank": update(M["MefActivity"], "name = ''"),
    "mefactivity_code_not_blank": update(M["MefActivity"], "code = ''"),
    "measurementunit_name_once": copy(M["MeasurementUnit"], code="'NEW'", name="upper(name)"),
    "measurementunit_name_not_blank": update(M["MeasurementUnit"], "name = ''"),
    "measurementunit_code_not_blank": update(M["MeasurementUnit"], "code = ''"),
    "plan_once_per_institution_and_year": copy(M["Plan"]),
    "plan_year_plausible": update(M["Plan"], "year = 1989"),
    "plan_status_known": update(M["Plan"], "status = 'x'"),
    "plan_tolerance_not_negative": update(M["Plan"], "tolerance_percent = -0.01"),
    "plan_bands_in_order": update(M["Plan"], "amber_from = 95.01"),
    "plan_struck_out_is_draft": update(M["Plan"], "is_struck_out = true"),
    "approval_withdrawal_says_why": copy(M["ApprovalWithdrawal"], reason="''"),
    "plan_version_number_from_1": copy(M["PlanVersion"], number="0", reason="'x'"),
    "plan_version_says_why": copy(M["PlanVersion"], number="2", reason="''"),
    "period_month_once_per_plan": copy(M["ReportingPeriod"]),
    "period_month_in_year": update(M["ReportingPeriod"], "month = 13"),
    "period_dates_in_order": update(M["ReportingPeriod"], "due_on = opens_on - 1"),
    "reopening_says_why": copy(M["Reopening"], reason="''"),
    "reopening_withdrawal_says_why": copy(M["ReopeningWithdrawal"], reason="''"),
    "activity_code_once_per_plan": copy(M["Activity"], name="'x'"),
    "activity_once_per_plan_and_unit": copy(M["Activity"], code="'NEW'", name="upper(name)"),
    "activity_name_not_blank": update(M["Activity"], "name = ''"),
    "activity_code_not_blank": update(M["Activity"], "code = ''"),
    "activity_accumulation_known": update(M["Activity"], "accumulation = 'x'"),
    "activity_classification_known": update(M["Activity"], """classification = '{"oei": {"code": "OEI.01"}}'"""),
    "target_is_twelve_quantities": copy(M["TargetRevision"], programmed="programmed[1:11]"),
    "target_cancelled_from_a_month": copy(M["TargetRevision"], cancelled_from="13"),
    "target_nothing_once_cancelled": copy(M["TargetRevision"], cancelled_from="12"),
    "target_version_from_1": copy(M["TargetRevision"], version="0"),
    "entry_version_once": copy(M["ProgressEntry"]),
    "entry_month_in_year": copy(M["ProgressEntry"], month="13"),
    "entry_version_from_1": copy(M["ProgressEntry"], entry_version="0"),
    "entry_executed_is_quantity": copy(M["ProgressEntry"], entry_version="9", executed="'NaN'"),
    "entry_withdrawal_says_why": copy(M["ProgressEntry"], entry_version="9", executed="NULL"),
    "entry_origin_known": copy(M["ProgressEntry"], entry_version="9", origin="'x'"),
    "entry_import_is_accepted_on_time": copy(M["ProgressEntry"], entry_version="9", origin="'import'", is_late="true"),
    "review_verdict_known": copy(M["Review"], verdict="'x'"),
    "review_return_says_why": copy(M["Review"], verdict="'return'", comment="''"),
    "import_year_plausible": copy(M["Import"], year="1989"),
    "import_undoing_says_why": copy(M["ImportUndoing"], reason="''"),
    "import_row_line_once": copy(M["ImportRow"]),
    "import_row_status_known": copy(M["ImportRow"], line="99", status="'x'"),
    "publication_audience_known": copy(M["Publication"], audience="'x'"),
    "publication_withdrawal_says_why": copy(M["PublicationWithdrawal"], reason="''"),
    "publication_format_once": copy(M["PublicationContent"]),
}
# Constraints that a trigger keeps from ever being reached: shown by switching it off.
OUT_OF_REACH = {
    "changeset_place_and_time_together": "UPDATE units_changeset SET committed_at = NULL",
    "changeset_not_known_later": "UPDATE units_changeset SET known_from = committed_at + interval '1 second'",
}
GUARDS = {
    "units_changeset": "append_only",
    "units_accountevent": "append_only",
    "activities_importrow": "import_rows_come_with_import",
}


@pytest.fixture(scope="module")
def made(test_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SimpleNamespace]:
    """One world for all these tests: what each of them does is refused, or rolled back."""
    with django_db_blocker.unblock(), as_owner(), transaction.atomic():
        things = world()
        settle()
        yield things
        transaction.set_rollback(True)


def run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def broken_by(*statements: str) -> tuple[str | None, str]:
    """Run statements of which one has to be refused; returns the rule's name and what was said."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        run(statements)
    cause = refusal.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name, cause.diag.message_primary or ""


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_is_kept_and_has_a_message(made: SimpleNamespace, name: str) -> None:
    table = TABLES[name]._meta.db_table
    unguarded = [f"ALTER TABLE {table} DISABLE TRIGGER {GUARDS[table]}"] if table in GUARDS else []
    assert broken_by(*unguarded, (BREAKING | OUT_OF_REACH)[name])[0] == name
    message = str(CONSTRAINTS[name].violation_error_message)
    assert message.endswith(".")
    assert message != str(models.CheckConstraint.default_violation_error_message)


NOT_TWELVE = [
    "programmed[1:11]",
    "programmed || 1",
    "NULL",
    "'{}'",
    "array_fill(-1, ARRAY[12])",
    "array_fill('NaN'::numeric, ARRAY[12])",
    "array_fill('Infinity'::numeric, ARRAY[12])",
    "array_append(programmed[1:11], NULL)",
]


@pytest.mark.django_db
@pytest.mark.parametrize(("month", "is_good"), [(6, False), (7, True), (12, True), (1, False)])
def test_from_the_month_of_cancelling_on_nothing_is_programmed(month: int, is_good: bool) -> None:
    activity = make.activity(programmed=None)
    programmed = [2] * 6 + [0] * 6
    if is_good:
        assert make.target(activity, programmed, cancelled_from=month).is_cancelled
    else:
        with pytest.raises(IntegrityError, match="target_nothing_once_cancelled"), transaction.atomic():
            make.target(activity, programmed, cancelled_from=month)


@pytest.mark.parametrize("quantities", NOT_TWELVE)
def test_a_target_is_twelve_quantities(made: SimpleNamespace, quantities: str) -> None:
    with pytest.raises(DatabaseError, match=r"target_is_twelve_quantities|programmed|numeric"), transaction.atomic():
        connection.cursor().execute(copy(M["TargetRevision"], version="2", programmed=quantities))


# --- Rules over several rows ------------------------------------------------------------------------------

RULES: dict[str, str] = {
    "unit_tree_has_no_cycle": "UPDATE units_unit SET parent_id = {below} WHERE id = {unit}",
    "unit_stays_in_institution": "UPDATE units_unit SET parent_id = {other} WHERE id = {unit}",
    "unit_parent_exists": "UPDATE units_unit SET parent_id = 999999 WHERE id = {unit}",
    "unit_exists": "UPDATE units_unitalias SET unit_id = 999999",
    "unit_name_or_alias_once": "UPDATE units_unit SET name = 'OTRO  nombre' WHERE id = {sibling}",
    "plan_belongs_to_institution": "INSERT INTO activities_plan (institution_id, year) VALUES ({unit}, 2000)",
    "plan_stays_in_institution": "UPDATE activities_plan SET institution_id = {other}, year = 2000 WHERE id = {plan}",
    "plan_version_number_once": "INSERT INTO activities_planversion (plan_id, number) VALUES ({plan}, 1)",
    "activity_unit_in_institution": "UPDATE activities_activity SET unit_id = {foreign} WHERE id = {activity}",
    "entries_have_activity": copy(M["ProgressEntry"], activity_id="999999"),
    "import_rows_come_with_import": copy(M["ImportRow"], line="99", source_id="999999"),
    "applied_rows_come_with_application": copy(M["AppliedRow"], row_id="{stored_row}"),
    "append_only": "DELETE FROM activities_review",
    "no_truncate": "TRUNCATE units_storedanswer, units_membership",
    "id_stays": "UPDATE units_membership SET id = id + 1000",
    "own_change_set": "INSERT INTO activities_planversion (plan_id, number, reason, change_set_id)"
    " VALUES ({plan}, 9, 'x', -1)",
    "changes_are_recorded": "INSERT INTO units_change (change_set_id, entity, object_id, operation)"
    " VALUES (open_change_set(), 'unit', 1, 'created')",
    "one_change_set_per_transaction": "INSERT INTO units_changeset (actor, xid) VALUES ('x', 1)",
}
ELSEWHERE = {"only_first_import_is_backdated"}  # tests/units/history/test_change_order_backdating.py


def test_every_rule_of_the_triggers_is_broken_here() -> None:
    sources = [*ROOT.glob("*/sql/*.sql"), ROOT / "units/history/recorder_sql.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(r"CONSTRAINT = '(\w+)'", text)) | set(
        re.findall(r'^\s+"(id_stays|own_change_set)",$', text, re.M)
    )
    assert named == set(RULES) | ELSEWHERE


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_over_several_rows_says_its_name_in_spanish(made: SimpleNamespace, rule: str) -> None:
    statement = RULES[rule]
    for thing, stored in vars(made).items():
        statement = statement.replace(f"{{{thing}}}", str(stored.pk))
    name, said = broken_by(statement)
    assert name == rule
    assert said.endswith(".")
    assert re.search(r"\b(no|una|un|solo|los|las|ya|la)\b", said.lower())
