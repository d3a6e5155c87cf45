"""Reading a file by the terms that it comes with, and what is held against it before anything is written."""

import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings

from activities.document import Document, DocumentError, Problem
from activities.document.apart import MOST_SECONDS, OUT_OF_MEMORY, read_answer
from activities.exceptions import InterruptedReadingError
from activities.models import Import
from activities.services.importing.institution import institution_asked
from activities.services.importing.judging import plan_year, refuse_long_resolution, with_plan_remarks
from activities.services.importing.terms import Terms

_APART = "activities.document.apart"
_TOO_MUCH = "Leer el archivo toma demasiada memoria. Divida el archivo."
_TOO_LONG = "Leer el archivo toma más de un minuto de cálculo. Divida el archivo."
MOST_WAITED = 3 * MOST_SECONDS
"""How long a reading may take by the clock: what else the machine does is no fault of the file."""
_BUSY = "El servicio está ocupado y no terminó de leer el archivo. Vuelva a intentarlo en unos minutos."
_BROKEN = "El archivo hace fallar al programa que lo lee. Ábralo, guárdelo de nuevo y envíe la copia."


def read_apart(content: bytes, *, filename: str, sheet: str = "", columns: Mapping[str, str] | None = None) -> Document:
    """Return the document in a file, read by a process of its own, so that whoever else asks does not wait for it.

    Raises DocumentError as `read_document` does, and where it takes more than a minute of computing or too much memory;
    InterruptedReadingError where the machine did not let it come to its end.
    """
    with TemporaryFile() as asked, TemporaryFile() as answer:  # files, so that nothing of it is in memory twice
        pickle.dump((content, filename, sheet, dict(columns or {})), asked)
        asked.seek(0)
        _run(asked, answer)
        answer.seek(0)
        read = read_answer(answer)
    if isinstance(read, Problem):
        raise DocumentError(read.detail, code=read.code, line=read.line, column=read.column)
    return read


def _run(asked: IO[bytes], answer: IO[bytes]) -> None:
    """Let a process read what is asked. Raises DocumentError where that goes past its bounds."""
    command = [sys.executable, "-m", _APART]
    try:
        subprocess.run(  # noqa: S603 - our own module, no shell
            command, stdin=asked, stdout=answer, timeout=MOST_WAITED, check=True, cwd=settings.BASE_DIR
        )
    except subprocess.TimeoutExpired:
        raise InterruptedReadingError(_BUSY) from None
    except subprocess.CalledProcessError as ended:
        if ended.returncode > 0 and ended.returncode != OUT_OF_MEMORY:
            raise
        raise _refusal(ended.returncode) from ended


def _refusal(ended: int) -> DocumentError:
    """Return why a file was not read: the status, or the signal below 0, by which its reader ended."""
    if ended == OUT_OF_MEMORY:
        return DocumentError(_TOO_MUCH, code="too_large")
    if ended == -signal.SIGXCPU:
        return DocumentError(_TOO_LONG, code="too_large")
    if ended in (-signal.SIGKILL, -signal.SIGTERM):  # by the system that lacks memory, or by who stops it
        return InterruptedReadingError(_BUSY)
    return DocumentError(_BROKEN, code="not_read")


def with_columns(terms: Terms) -> Terms:
    """Return the terms with what titles mean: what they say, else what the institution keeps under their layout.

    Raises DocumentError for a name under which nothing is kept.
    """
    if terms.columns or not terms.layout:
        return terms
    kept = Import.objects.filter(institution_code=terms.institution, options__layout=terms.layout)
    newest = kept.exclude(options__columns={}).order_by("-id").values_list("options", flat=True).first()
    if newest is None:
        message = f"No hay columnas guardadas con el nombre «{terms.layout}»: envíelas una vez junto con ese nombre."
        raise DocumentError(message, code="unknown_layout")
    return replace(terms, columns=newest["columns"])


def of_institution(terms: Terms, document: Document) -> Terms:
    """Return the terms with the institution that they say, else the one that the document names, by code and name.

    Raises RefusedImportError where nothing says it.
    """
    code = institution_asked(document, terms.institution)
    name = terms.institution_name or (document.institution if document.institution_code == code else "")
    return replace(terms, institution=code, institution_name=name)


def for_plan(document: Document, terms: Terms) -> tuple[Document, int]:
    """Return the document as it is brought in, with what its plan has against it, and the year of the plan.

    Raises RefusedImportError for a year or a resolution that no plan can have; rows are not looked at.
    """
    if terms.strict:
        document = document.without_inferred()
    year = plan_year(document, terms.year)
    refuse_long_resolution(terms.resolution)
    return with_plan_remarks(document, terms.institution, year), year
