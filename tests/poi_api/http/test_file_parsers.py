"""A file as a body, alone or in a form, for the views that take one (api.md, "Writes")."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from poi_api.http.exceptions import Invalid, TooLarge
from poi_api.http.parsers import ExactJSONParser, FormParser, WorkbookParser
from tests import factories as make
from tests.api import refused
from units.choices import Role

PARSERS = [WorkbookParser, FormParser]
FORM = "multipart/form-data; boundary=frontera"


def read(content: Any, content_type: str | None = None) -> Any:
    """Return what a view that takes files reads of a body, or of the fields of a form."""
    kind = {"content_type": content_type} if content_type else {"format": "multipart"}
    raw = APIRequestFactory().post("/", content, **kind)
    return Request(raw, parsers=[parser() for parser in PARSERS]).data


def part(name: str, text: str, file: str = "") -> str:
    named = f'; filename="{file}"' if file else ""
    return f'--frontera\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n{text}\r\n'


def form(*parts: str) -> bytes:
    return ("".join(parts) + "--frontera--\r\n").encode()


def test_a_workbook_alone_is_the_file() -> None:
    read_as = read(b"PK", WorkbookParser.media_type)
    assert list(read_as) == ["file"]
    assert read_as["file"].read() == b"PK"


def test_a_form_brings_a_file_and_texts() -> None:
    sent = {"file": SimpleUploadedFile("plantilla.xlsx", b"PK"), "year": "2022"}
    read_as = read(sent)
    assert (read_as["year"], read_as["file"].name, read_as["file"].read()) == ("2022", "plantilla.xlsx", b"PK")


@pytest.mark.parametrize(
    "parts",
    [
        (part("file", "a", "a.xlsx"), part("file", "b", "b.xlsx")),
        (part("year", "2022"), part("year", "2023")),
        (part("file", "a", "a.xlsx"), part("file", "2022")),
    ],
    ids=["two files", "two texts", "a file and a text"],
)
def test_what_comes_twice_is_refused_by_its_name(parts: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="más de una vez el campo «") as caught:
        read(form(*parts), FORM)
    [error] = caught.value.errors
    assert error["code"] == "repeated_field"
    assert error["field"] in ("file", "year")


def test_a_text_that_is_not_in_utf_8_is_refused_and_not_kept_damaged() -> None:
    sent = form(part("resolution", "RESOLUCIÓN 4")).replace("Ó".encode(), "Ó".encode("latin-1"))
    with pytest.raises(Invalid, match="«resolution» no está en UTF-8") as caught:
        read(sent, FORM)
    assert [(error["code"], error["field"]) for error in caught.value.errors] == [("malformed_form", "resolution")]


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ñ"]
)
def test_a_form_that_cannot_be_read_is_a_400(kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(form(part("year", "2022")), kind)
    assert caught.value.get_codes() == "malformed_form"


def test_a_large_file_is_read_in_memory_and_one_byte_more_is_a_413() -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=4):
        assert read(b"1234", WorkbookParser.media_type)["file"].size == 4
        with pytest.raises(TooLarge):
            read(b"12345", WorkbookParser.media_type)
    assert isinstance(read({"file": SimpleUploadedFile("a", b"x" * 5_000_000)})["file"].file, io.BytesIO)


@pytest.mark.parametrize("kind", ["application/json", "*/*", "application/*", "multipart/*", "text/csv"])
def test_another_type_is_a_415(kind: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        read(b"{}", kind)


@pytest.mark.django_db
def test_where_json_is_taken_a_form_is_a_415_for_people_too() -> None:
    """The token of a session is not looked for in the body, which would be read as a form and be none afterwards."""
    plan, browser, token = make.plan(), Client(enforce_csrf_checks=True), "a" * 32
    browser.force_login(make.person(Role.PLANNER))
    browser.cookies["csrftoken"] = token
    answer = browser.post(f"/api/v1/plans/{plan.pk}/reopen/", {"reason": "x"}, headers={"X-CSRFToken": token})
    assert refused(answer, 415) == [("unsupported_media_type", None)]
    assert answer["Accept"] == ExactJSONParser.media_type
