"""What the API says of an error names nothing on pages that only programs know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from units.pages.api_words import for_people

_ROOT = Path(__file__).parents[3]
_SAYING = ("activities/services", "units/services", "reports/publications", "poi_api/http/exceptions.py")
_ELSEWHERE = "importing"  # whose words the form of a document tells: activities/pages/imports_words.py
_MEMBER = re.compile(r"«[a-z]+(?:_[a-z]+)*»|\([a-z]+_[a-z]+(?:, [a-z]+_[a-z]+)*\)|\((?:POST|PUT|PATCH|DELETE) /")


def details() -> Iterator[str]:
    """Yield the texts in which services name a member or a call."""
    for place in _SAYING:
        for path in [_ROOT / place] if place.endswith(".py") else (_ROOT / place).rglob("*.py"):
            if _ELSEWHERE in path.parts:
                continue
            nodes = list(ast.walk(ast.parse(path.read_text())))
            parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in set(nodes) - parts:
                if isinstance(node, ast.JoinedStr):
                    text = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    text = node.value
                else:
                    continue
                if _MEMBER.search(text) and "::" not in text:  # which SQL has
                    yield text


def test_no_member_and_no_call_is_left() -> None:
    said = sorted(set(details()))
    assert len(said) > 10
    assert [text for text in map(for_people, said) if _MEMBER.search(text)] == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Trasládelas o anúlelas antes, o desactívela con «force» y un motivo.",
            "Trasládelas o anúlelas antes, o desactívela de todos modos, con un motivo.",
        ),
        ("Hace falta un motivo: explique por qué en «reason».", "Hace falta un motivo: explique por qué en «Motivo»."),
        ("Hay 3 errores; vea «errors».", "Hay 3 errores."),
        ("Ya está (PATCH /units/7/).", "Ya está."),
        ("Otra unidad ya se llama «arequipa norte».", "Otra unidad ya se llama «arequipa norte»."),
    ],
)
def test_what_people_are_told(said: str, told: str) -> None:
    assert for_people(said) == told


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        (
            "Debe ser un número de 0 a 999.99, con 2 decimales como máximo y sin comillas.",
            "Debe ser un número de 0 a 999.99, con 2 decimales como máximo.",
        ),
        (
            "Usted partió de la versión 2 de NOV 2026 y la actual es la 3: consulte cómo quedó y decida si envía de "
            "nuevo.",
            "Alguien registró NOV 2026 después de lo que usted tenía a la vista: mire cómo quedó y decida si lo envía "
            "de nuevo.",
        ),
        (
            "Ya existe el cliente «A (id 1)» (id 3); use otro nombre.",
            "Ya existe el sistema «A (id 1)»; use otro nombre.",
        ),
        (
            "El libro no es una plantilla de avance: pídala en /reports/poi/template/ y llénela.",
            "El libro no es una plantilla de avance: descárguela en «Mi mes», junto al nombre de la unidad, y llénela.",
        ),
    ],
)
def test_what_programs_are_told_is_said_for_people(detail: str, shown: str) -> None:
    assert for_people(detail) == shown
