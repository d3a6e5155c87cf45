"""The one way in which names are compared: without case, accents or stray blanks."""

import unicodedata

_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def fold(text: str) -> str:
    """The key under which two spellings of a name are one (domain.md, "Reading the source document").

    NFKD, combining marks U+0300–U+036F removed, runs of white space made one blank, ends trimmed, A–Z
    lowered. Only ASCII is lowered so that SQL can do the same: ``lower(normalize(name, NFKD) COLLATE "C")``.
    """
    if text.isascii():
        return " ".join(text.split()).translate(_LOWER)
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(mark for mark in apart if not _FIRST_MARK <= mark <= _LAST_MARK)
    return " ".join(bare.split()).translate(_LOWER)
