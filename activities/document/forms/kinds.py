"""Which form a file has by its first bytes, and what is said of the forms that are not read."""

import codecs
import re
from typing import Final, Literal

from activities.document.model import DocumentError

Kind = Literal["text", "html", "workbook"]
_ZIP: Final = b"PK\x03\x04"
_SAVE_AS = "guárdelo desde la hoja de cálculo como «Libro de Excel (.xlsx)» o «CSV UTF-8»"
_OTHERS = {
    "un libro de Excel antiguo (.xls), o uno protegido con contraseña": (b"\xd0\xcf\x11\xe0",),
    "un PDF": (b"%PDF",),
    "una imagen": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM"),
    "una imagen o un sonido": (b"RIFF",),
    "un texto con formato (RTF)": (b"{\\rtf",),
    "un archivo comprimido vacío": (b"PK\x05\x06",),
    "un archivo comprimido": (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"),
    "un programa": (b"\x7fELF", b"MZ\x90"),
}
"""By what files begin that are no table."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style|div|p)\b", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\b", re.IGNORECASE)
_LOOKED_AT = 1024


def kind_of(content: bytes) -> Kind:
    """Return the form of a file, by what it is and not by its name.

    Raises DocumentError, saying what the file is and how to save it, for a form that is not read.
    """
    if content.startswith(_ZIP):
        return "workbook"
    for what, starts in _OTHERS.items():
        if any(content.startswith(start) and (len(start) > 2 or b"\0" in content[:64]) for start in starts):
            raise refused(what)
    if content.startswith(_UTF_16):
        raise DocumentError(f"El archivo está en UTF-16: {_SAVE_AS}.", code="bad_encoding")
    start = content[:_LOOKED_AT].removeprefix(codecs.BOM_UTF8).lstrip()
    if _HTML.match(start) or (start.startswith(b"<") and _HTML.search(start)):
        return "html"
    if _XML.match(start):
        raise refused("un XML (quizá una «Hoja de cálculo XML»)")
    return "text"


def refused(what: str) -> DocumentError:
    """Return what is said of a file that is no table: what it is, and how to save the table."""
    return DocumentError(f"El archivo es {what}, no una tabla que se pueda leer: {_SAVE_AS}.", code="binary_file")
