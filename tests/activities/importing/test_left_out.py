"""Rows that an import leaves out: nothing of them is written, and they are kept to be chosen later."""

from dataclasses import replace

import pytest

from activities.models import Activity, Import, ImportRow, ProgressEntry, TargetRevision
from tests.activities.importing.importing import OTHER, bring, row

pytestmark = pytest.mark.django_db


def test_a_row_left_out_is_kept_without_an_activity_and_writes_nothing() -> None:
    outcome = bring(row(7), left_out=[replace(row(8), status="inferred", alternatives=(OTHER,))])
    assert outcome.matching.created["activities"] == Activity.objects.count() == 1
    assert (TargetRevision.objects.count(), ProgressEntry.objects.count()) == (1, 12)
    kept = ImportRow.objects.get(line=8)
    assert (hasattr(kept, "applied"), kept.status) == (False, "inferred")
    assert [other["executed"] for other in kept.reading["alternatives"]] == [["1.5"] * 12]
    assert kept.source == ImportRow.objects.get(line=7).source


def test_the_same_again_keeps_nothing_more() -> None:
    for _ in range(2):
        bring(row(7), left_out=[row(8)])
    assert (Import.objects.count(), ImportRow.objects.count()) == (1, 2)
