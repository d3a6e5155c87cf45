"""Random documents of other institutions: what is accepted is true, and little is rejected."""

from collections import Counter
from random import Random

import pytest

from activities.document import read_document
from activities.document.layout import OFFICIAL, slot_title
from poi_api.http.folding import fold
from tests.activities.document.generator import DAMAGES, EVERY_KIND, MISPRINTS, damage, document, show, style, true_row
from tests.activities.document.tables import quarters_read
from tests.searching import examples


def generated(seed, most_damages, kinds=DAMAGES):
    """Return a random damaged document, as (true row, row read) pairs and the document."""
    random = Random(seed)
    rows = [true_row(random, number) for number in range(1, random.randint(20, 40))]
    for row in rows:
        damage(random, row, random.randint(0, most_damages), kinds)
    doc = read_document(document(random, rows, style(random)))
    return list(zip(rows, doc.rows, strict=True)), doc


def is_true(row, read):
    """Tell whether every figure is the one that was there before the damage."""
    figures = [None if figure is None else int(figure * 1000) for figure in read.programmed + read.executed]
    return figures == [month or 0 for month in row.programmed] + row.executed


@pytest.mark.parametrize("kinds", [EVERY_KIND, MISPRINTS], ids=["every kind", "misprints"])
@pytest.mark.parametrize("seed", range(examples(12, least=1)))
def test_no_exact_or_repaired_row_of_a_lightly_damaged_document_is_wrong(seed, kinds):
    pairs, _ = generated(seed, most_damages=1, kinds=kinds)
    wrong = [read.line for row, read in pairs if read.status in ("exact", "repaired") and not is_true(row, read)]
    assert wrong == []


def true_figures(row):
    """Return every figure of a true row under the title of its column, as printed."""
    months = [month or 0 for month in row.programmed] + row.executed
    cells = {slot_title(slot): show(value) for slot, value in enumerate([*months, *row.quarters()])}
    return {**cells, "META": show(row.target)}


def read_figures(read):
    """Return the same of a row that was read."""
    months = [*read.programmed, *read.executed]
    sums = [
        sum(month or 0 for month in block[start : start + OFFICIAL.width])
        for start in range(0, OFFICIAL.months, OFFICIAL.width)
        for block in (read.programmed, read.executed)
    ]
    figures = [*months, *sums, read.annual_target]
    shown = [show(None if figure is None else int(figure * 1000)) for figure in figures]
    return dict(zip([*map(slot_title, range(OFFICIAL.cells)), "META"], shown, strict=True))


@pytest.mark.parametrize("seed", range(examples(6, least=1)))
def test_what_is_in_no_doubt_is_true(seed):
    """Also in inferred rows, where it is the part that a person need not check."""
    for row, read in generated(seed, most_damages=1, kinds=EVERY_KIND)[0]:
        if read.status != "rejected":
            true, taken = true_figures(row), read_figures(read)
            assert [title for title in taken if taken[title] != true[title] and title not in read.doubts] == []


def test_few_rows_of_lightly_damaged_documents_are_rejected():
    counts = Counter(
        read.status for seed in range(examples(12, least=1)) for _, read in generated(seed, most_damages=1)[0]
    )
    assert counts["rejected"] * 100 <= 2 * counts.total()
    assert counts["exact"] + counts["repaired"] >= counts.total() * 3 // 5


@pytest.mark.parametrize("seed", range(examples(10, least=1)))
def test_every_row_is_found_with_its_names_and_adds_up_however_damaged(seed):
    pairs, doc = generated(seed, most_damages=4)
    assert (doc.year, doc.cut_off.year) == (2024, 2025)
    assert doc.stated.annual_target * 1000 == sum(row.target for row, _ in pairs)
    for row, read in pairs:
        assert [fold(name) for name in row.names] == [
            fold(name) for name in (read.unit, read.mef_activity, read.activity, read.measurement_unit)
        ]
        if read.status != "rejected":
            assert sum(read.programmed) == read.annual_target == sum(due for due, _ in quarters_read(read))
            assert sum(month or 0 for month in read.executed) == sum(done or 0 for _, done in quarters_read(read))
