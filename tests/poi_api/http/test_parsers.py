import io
from decimal import Decimal
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.exceptions import TooLarge
from poi_api.http.parsers import ExactJSONParser


def parse(content: bytes):
    return ExactJSONParser().parse(io.BytesIO(content), "application/json")


def test_numbers_stay_exact():
    assert parse(b'{"executed": 12345678901.125}') == {"executed": Decimal("12345678901.125")}


def test_the_mark_that_begins_files_of_windows_is_passed_over_once():
    assert parse(b'\xef\xbb\xbf{"executed": 1}') == {"executed": 1}
    for wrong in (b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf[]", b"[\xef\xbb\xbf]"):
        with pytest.raises(ParseError):
            parse(wrong)


def test_malformed_json_is_a_400_that_says_where():
    with pytest.raises(ParseError, match="línea 2, columna 1"):
        parse(b"{\n")


def test_a_body_of_the_largest_size_is_read_and_one_byte_more_is_a_413(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 4
    assert parse(b"[10]") == [10]
    with pytest.raises(TooLarge) as caught:
        parse(b"[100]")
    assert (caught.value.status, [item["code"] for item in caught.value.errors]) == (413, ["body_too_large"])


def test_another_content_type_is_a_415():
    raw = APIRequestFactory().post("/", b"a=1", content_type="application/x-www-form-urlencoded")
    with pytest.raises(UnsupportedMediaType):
        _ = Request(raw, parsers=[ExactJSONParser()]).data


class BodySerializer(KnownFieldsMixin):
    name = serializers.CharField()


def test_a_field_that_nobody_knows_is_refused_by_its_name():
    body = BodySerializer(data={"name": "x", "nmae": "y"})
    assert not body.is_valid()
    assert body.errors["nmae"][0].code == "unknown_field"
    assert BodySerializer(data={"name": "x"}).is_valid()


def test_a_body_that_is_no_object_is_refused():
    bodies: list[Any] = [[], "x", 3, None]
    for body in bodies:
        assert not BodySerializer(data=body).is_valid()
