"""Sets the official document: its cells as JSON come by standard input, the PDF goes out by standard output.

A process of its own, which the service ends in time: a thousand rows take some 500 MB for as long as it runs. It
imports nothing of ours, so that it starts at once.
"""

import sys
from pathlib import Path
from typing import Literal

import typst

TEMPLATE = Path(__file__).parent / "document.typ"


def main(fonts: str) -> None:
    """Set the document with the fonts of a folder alone, tagged for those who have it read aloud (PDF/UA-1).

    That standard forbids some characters, which a name may have: U+FEFF, and those that no font shows. With one of
    them the document is tagged as well, and does not say that it keeps the standard.
    """
    document = sys.stdin.buffer.read().decode()
    try:
        made = _set(document, fonts, "ua-1")
    except typst.TypstError:
        made = _set(document, fonts, None)
    sys.stdout.buffer.write(made)


def _set(document: str, fonts: str, standard: Literal["ua-1"] | None) -> bytes:
    made: bytes = typst.compile(
        TEMPLATE,
        sys_inputs={"document": document},
        font_paths=[Path(fonts)],
        ignore_system_fonts=True,
        pdf_standards=standard,
    )
    return made


if __name__ == "__main__":
    main(sys.argv[1])
