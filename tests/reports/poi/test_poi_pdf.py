"""`/reports/poi/` as a PDF: what an office prints and signs."""

import io
from decimal import Decimal
from threading import Timer
from time import monotonic
from typing import Any

import pytest
from pypdf import PdfReader

from activities.choices import PlanStatus
from poi_api.http.exceptions import Unavailable
from reports.poi import pdf
from tests import factories as make
from tests.api import get, refused
from tests.factories import Caller
from units.choices import Role

pytestmark = pytest.mark.django_db
PATH = "/reports/poi/"
ASKED = {"year": 2022, "institution": "SAT", "format": "pdf"}
A3 = (1190.55, 841.89)  # points


def document(caller: Caller | None = None, **query: Any) -> PdfReader:
    answer = get(caller or make.client(), PATH, **ASKED | query)
    assert answer.status_code == 200, answer.getvalue()
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.getvalue()))


def text(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def plan(rows: int = 1, **fields: Any) -> Any:
    made = make.plan(make.institution("SAT", "SAT LIMA"), **fields)
    for number in range(rows):
        make.activity(made, None, [1, 1234, *[0] * 10], f"A{number:03}", f"Informe número {number} = *negrita* #x")
    return made


class TestPages:
    def test_they_are_a3_numbered_and_each_has_the_header(self) -> None:
        plan(90)
        reader = document()
        pages = text(reader)
        assert len(pages) > 1
        for number, (page, words) in enumerate(zip(reader.pages, pages, strict=True), 1):
            assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A3, abs=1)
            assert "PROGRAMADO" in words
            assert "ENE FEB MAR" in words
            assert f"Página {number} de {len(pages)}" in words
        assert "TOTAL" in pages[-1]
        assert "Fuente: Módulo de Control de la Gestión" in pages[-1]

    def test_a_long_figure_is_set_smaller_than_its_column_is_wide(self) -> None:
        made = plan()
        make.activity(made, None, [Decimal("123456789012.125")] * 12, "Z")
        sizes: dict[str, float] = {}

        def seen(words: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
            sizes[words.strip()] = size * abs(matrix[0])

        document().pages[0].extract_text(visitor_text=seen)
        usual = sizes["1,235"]
        assert sizes["123,456,789,012.125"] * 19 * 0.6 < A3[0] / 20
        assert usual == pytest.approx(5.2, abs=0.1)

    def test_names_are_printed_as_they_are(self) -> None:
        plan()
        [page] = text(document())
        assert "PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL IV TRIMESTRE" in page
        assert "SAT LIMA" in page
        assert "Informe número 0 = *negrita* #x" in page
        assert "1,235" in page

    def test_they_are_tagged_titled_in_spanish_and_bring_their_fonts(self) -> None:
        plan()
        reader = document()
        catalogue: Any = reader.root_object
        assert catalogue["/MarkInfo"]["/Marked"]
        assert str(catalogue["/Lang"]).startswith("es")
        assert reader.metadata is not None
        assert reader.metadata.title == "PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL IV TRIMESTRE"
        page: Any = reader.pages[0]
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
        assert described
        assert all({"/FontFile2", "/FontFile3"} & set(each.keys()) for each in described)
        assert all("DejaVu" in each["/FontName"] for each in described)

    @pytest.mark.parametrize("sign", ["\ufffe", "\x7f", "✨", "\ue008"])
    def test_a_name_with_a_sign_that_the_standard_forbids_is_printed_all_the_same(self, sign: str) -> None:
        made = plan()
        make.activity(made, None, [1] * 12, "Z", f"Feria de cursos{sign}")
        reader = document()
        catalogue: Any = reader.root_object
        [page] = text(reader)
        assert "de cursos" in page
        assert catalogue["/MarkInfo"]["/Marked"]

    def test_a_draft_says_so_on_each_page(self) -> None:
        institution = make.institution("SAT")
        make.activity(make.plan(institution, status=PlanStatus.DRAFT), None, [1] * 12)
        planner = make.client(Role.PLANNER, institution)
        [page] = text(document(planner, draft="true"))
        assert page.count("PROYECTO") == 2

    def test_the_same_figures_make_the_same_bytes(self, settings: Any) -> None:
        settings.ANSWER_MEMORY_BYTES = 0
        plan()
        caller = make.client()
        assert get(caller, PATH, **ASKED).getvalue() == get(caller, PATH, **ASKED).getvalue()


class TestBounds:
    def test_above_a_thousand_rows_it_says_to_take_a_workbook(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "MOST_ROWS", 2)
        made = plan(2)
        assert len(document().pages) == 1
        make.activity(made, None, [1] * 12, "Z")
        answer = get(make.client(), PATH, **ASKED)
        assert refused(answer, 413) == [("file_too_large", None)]
        assert "XLSX" in answer.json()["detail"]

    def test_the_bound_is_a_thousand(self) -> None:
        assert pdf.MOST_ROWS == 1000

    def test_one_process_makes_one_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "_PATIENCE", 0.1)
        plan()
        with pdf._one_at_a_time:
            answer = get(make.client(), PATH, **ASKED)
        assert refused(answer, 503) == [("busy", None)]
        assert answer["Retry-After"] == "5"
        assert len(document().pages) == 1

    def test_the_next_one_waits_its_turn(self) -> None:
        plan()
        pdf._one_at_a_time.acquire()
        end = Timer(0.3, pdf._one_at_a_time.release)
        end.start()
        assert len(document().pages) == 1
        end.join()

    def test_more_than_one_do_not_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "_PATIENCE", 30)
        plan()
        began = monotonic()
        with pdf._one_at_a_time, pdf._in_line, pdf._in_line:
            assert refused(get(make.client(), PATH, **ASKED), 503) == [("busy", None)]
        assert monotonic() - began < 20

    def test_one_that_takes_too_long_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "_LONGEST", 0.001)
        with pytest.raises(Unavailable):
            pdf._set(b"{}")
        monkeypatch.undo()
        plan()
        assert len(document().pages) == 1
