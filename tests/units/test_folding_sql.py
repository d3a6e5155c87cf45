"""Names are folded by one rule, in Python and in SQL."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from poi_api.http.folding import fold
from tests.searching import examples

# Letters that every Unicode version of the last years knows alike, and every kind of blank
LETTERS = st.characters(min_codepoint=1, max_codepoint=0x24F)
MARKS = st.characters(min_codepoint=0x2B0, max_codepoint=0x36F)
OTHERS = st.characters(min_codepoint=0x370, max_codepoint=0x52F, exclude_categories=["Cn", "Cs"])
SIGNS = st.characters(min_codepoint=0x2010, max_codepoint=0x22FF, exclude_categories=["Cn", "Cs"])
BLANKS = st.sampled_from(
    "\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
COMPATIBLE = st.sampled_from("ﬁﬂ①Ⅳ㎏ＡＢ１ªº½ﾊﾟ가")
TEXT = st.text(st.one_of(LETTERS, MARKS, OTHERS, SIGNS, BLANKS, COMPATIBLE), max_size=30)


def folded(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT poi_fold(%s::text)", [text])
        return str(cursor.fetchone()[0])


class TestFolding(TestCase):
    @settings(max_examples=examples(100))
    @given(TEXT)
    def test_sql_folds_as_python_does(self, text: str) -> None:
        assert folded(text) == fold(text)

    @settings(max_examples=examples(100))
    @given(TEXT)
    def test_folding_a_folded_name_changes_nothing(self, text: str) -> None:
        assert folded(folded(text)) == folded(text)


@pytest.mark.django_db
def test_case_accents_and_blanks_do_not_tell_names_apart() -> None:
    assert folded("  Órgano\u00a0DE  control\t") == folded("ORGANO de CONTROL") == "organo de control"
