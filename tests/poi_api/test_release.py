"""Which code answers: another where a file that makes answers is."""

from pathlib import Path

import pytest

from poi_api import release


@pytest.mark.parametrize(("name", "is_another"), [("report.py", True), ("document.typ", True), ("notes.md", False)])
def test_it_is_another_where_a_file_that_makes_answers_is(
    name: str, is_another: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "_ROOT", tmp_path)
    file = tmp_path / "reports" / "poi" / name
    file.parent.mkdir(parents=True)
    file.write_text("1")
    before = release.release.__wrapped__()
    file.write_text("2")
    assert (release.release.__wrapped__() != before) is is_another
