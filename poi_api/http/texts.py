"""What of a text can be seen, and how much of one that a client sent is said back to it."""

import re
from itertools import chain
from unicodedata import category

_LONGEST_QUOTE = 100
_BLANKS_AND_CONTROLS = frozenset(["Cc", "Cf", "Zs", "Zl", "Zp"])  # bidi marks, soft hyphens, joiners among them
_ACCENTS = frozenset(["Mn", "Me"])
# What Unicode counts among letters, symbols and accents, though it leaves no ink: the fillers of Hangul, the
# empty Braille cell, the grapheme joiner and the selectors of variants
_INKLESS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f") | frozenset(
    map(chr, chain(range(0x180B, 0x180F), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)))
)
_LATIN = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u034e]*")  # all of it seen: told at once of nearly every text
_BETWEEN_WORDS = re.compile(r"[\t\n\r\u00a0\u2000-\u200a\u202f\u205f\u3000]")

COMMA = "Un código no lleva comas: en las consultas separan un código de otro."
HIDDEN = "Tiene un carácter invisible o de control: escríbalo de nuevo, sin copiarlo."


def trimmed(text: str) -> str:
    """Return a text without blanks at its ends; empty if nothing of it can be seen (accents alone cannot)."""
    bare = text.strip()
    return bare if any(map(_has_ink, bare)) else ""


def cut(text: str, most: int) -> str:
    """Return a text, of one longer than `most` characters its beginning and «…»."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quoted(text: object) -> str:
    """Return what a client sent as a message says it back: between «», cut after 100 characters."""
    return f"«{cut(str(text), _LONGEST_QUOTE)}»"


def of_the(thing: str) -> str:
    """Return a Spanish noun with its article after «de»: «de la unidad», «del lugar»."""
    return f"de {thing}".replace("de el ", "del ")


def hides_something(text: str) -> bool:
    """Tell whether a text holds what cannot be seen in it, or a blank other than the plain one."""
    return not _LATIN.fullmatch(text) and (not text.isprintable() or not _INKLESS.isdisjoint(text))


def without_hidden(text: str) -> str:
    """Return a text of one line without what cannot be seen in it; what it leaves of blanks are single ones."""
    if not hides_something(text):
        return text
    return " ".join("".join(sign for sign in text if sign.isspace() or not hides_something(sign)).split())


def lines_hide_something(text: str) -> bool:
    """Tell the same of a text of several lines: there line breaks, tabs and blanks of any width can be seen."""
    return hides_something(text) and hides_something(_BETWEEN_WORDS.sub(" ", text))


def _has_ink(character: str) -> bool:
    kind = category(character)
    return kind not in _BLANKS_AND_CONTROLS and kind not in _ACCENTS and character not in _INKLESS
