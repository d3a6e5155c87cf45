import pytest

from tests import factories as make
from tests.api import codes, get, refused_fields
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    for number in range(5):
        make.mef_activity(f"M{number}")
    return make.client()


def test_a_list_says_how_many_there_are_and_where_its_neighbours_are(caller):
    page = get(caller, "/mef-activities/", limit=2, offset=2).json()
    assert page["count"] == 5
    assert [row["code"] for row in page["results"]] == ["M2", "M3"]
    for link, rows in ((page["next"], ["M4"]), (page["previous"], ["M0", "M1"])):
        # Without a host: they are right whatever name the service was asked by
        assert link.startswith("/api/v1/mef-activities/?limit=2&page=")
        assert [row["code"] for row in get(caller, link.removeprefix("/api/v1")).json()["results"]] == rows


def test_the_ends_of_a_list_have_no_neighbour(caller):
    page = get(caller, "/mef-activities/").json()
    assert (page["next"], page["previous"]) == (None, None)


def test_beyond_the_end_there_is_an_empty_page(caller):
    assert codes(caller, "/mef-activities/", offset=2**31 - 1) == []


def test_a_page_has_a_hundred_by_default_and_a_thousand_at_most(caller):
    for number in range(100):
        make.mef_activity(f"N{number}")
    assert len(codes(caller, "/mef-activities/")) == 100
    assert len(codes(caller, "/mef-activities/", limit=1000)) == 105


@for_each("limit", ["0", "-1", "1001", "x", "1.5", "", "1e2", "٣", "9" * 30, " 5"])
def test_a_limit_out_of_range_is_refused_by_name(caller, limit):
    assert refused_fields(get(caller, "/mef-activities/", limit=limit)) == ["limit"]


@pytest.mark.parametrize("offset", ["-1", "x", "2147483648", "9" * 30, ""])
def test_an_offset_out_of_range_is_refused_by_name(caller, offset):
    assert refused_fields(get(caller, "/mef-activities/", offset=offset)) == ["offset"]


def test_pages_add_up_to_the_list_whatever_it_is_sorted_by(caller):
    for ordering in ("name", "-name", "code", "-code", "-code,name"):
        pages = [
            code
            for offset in range(0, 5, 2)
            for code in codes(caller, "/mef-activities/", limit=2, offset=offset, ordering=ordering)
        ]
        assert pages == codes(caller, "/mef-activities/", ordering=ordering)
        assert sorted(pages) == ["M0", "M1", "M2", "M3", "M4"]
