"""`manage.py import_poi FILE`: bring a source document into a plan (api.md, "Operations")."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from errno import EACCES, EISDIR, ENOENT, ENOTDIR
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from activities.document import DocumentError
from activities.document.forms import sheets
from activities.document.wording import counted, lines
from activities.services.importing.choices import Choices, read_choices
from activities.services.importing.files import STEPS, Request, Result, import_file
from poi_api.http.exact_json import dumps, loads
from poi_api.http.texts import HIDDEN, hides_something

_LABELS = {
    "exact": ("exacta", "exactas"),
    "repaired": ("reparada", "reparadas"),
    "inferred": ("inferida", "inferidas"),
    "rejected": ("rechazada", "rechazadas"),
}
_CAUSES = {
    ENOENT: "no existe",
    EISDIR: "es un directorio",
    ENOTDIR: "una parte de la ruta no es un directorio",
    EACCES: "no hay permiso",
}
_TEXTS = ("institution", "institution_name", "sheet", "layout", "resolution")
_ASKED = ("year", "draft", "dry_run", "strict", "overwrite")
_SHOWN = 20
_BAR = "{desc}: {percentage:3.0f} % |{bar}| {elapsed}"


class Command(BaseCommand):
    help = "Importa un documento POI (XLSX, CSV, TSV o tabla HTML) en el plan de su institución y año."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="el documento: XLSX, CSV, TSV o tabla HTML (.xls)")
        parser.add_argument("--institution", default="", metavar="CODE", help="código de la institución")
        parser.add_argument("--institution-name", default="", metavar="NAME", help="su nombre, si es nueva")
        parser.add_argument("--year", type=int, metavar="Y", help="año del plan; vale más que el que diga el documento")
        parser.add_argument("--sheet", default="", metavar="NAME", help="hoja del libro, si varias tienen tablas")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="TITLE=MEANING",
            help="qué es una columna que no se reconoce; se puede repetir",
        )
        parser.add_argument("--columns", metavar="FILE.json", help="lo mismo, de todas: {título: significado}")
        parser.add_argument("--layout", default="", metavar="NAME", help="nombre con que se guardan, o se guardaron")
        parser.add_argument("--choices", metavar="FILE.json", help="{readings: {línea: n}, same: {línea: id}}")
        parser.add_argument("--draft", action="store_true", help="hace un borrador del plan, solo con sus metas")
        parser.add_argument("--resolution", default="", metavar="R", help="resolución que aprueba las metas")
        parser.add_argument("--dry-run", action="store_true", help="informa lo mismo y no escribe nada")
        parser.add_argument("--strict", action="store_true", help="deja fuera las filas inferidas")
        parser.add_argument("--overwrite", action="store_true", help="reemplaza las cifras ya registradas")
        parser.add_argument("--report", metavar="OUT.json", help="dónde guardar el informe")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        texts: dict[str, Any] = {name: _option(name, options[name]) for name in _TEXTS}
        request = Request(
            content=_read(path),
            filename=_readable(path.name),
            columns={**_texts(options["columns"]), **_columns(options["column"])},
            choices=_choices(options["choices"]),
            **texts,
            **{name: options[name] for name in _ASKED},
        )
        target = _writable(options["report"], path)
        try:
            result = self._import(request)
        except DocumentError as error:
            raise _refused(error) from error
        self._tell(result)
        if target:
            _write(target, result)
        if result.refusal:
            raise CommandError(result.refusal)
        self.stdout.write(self.style.SUCCESS(_ending(result, request)))
        self.stdout.write(_year(result, request))

    def _import(self, request: Request) -> Result:
        """Import the file; on a terminal a bar shows which step is being done."""
        with tqdm(total=STEPS, bar_format=_BAR, leave=False, disable=None, file=sys.stderr) as bar:

            def step(name: str) -> None:
                bar.set_description(name, refresh=False)
                bar.update()

            return import_file(request, actor="command:import_poi", step=step)

    def _tell(self, result: Result) -> None:
        summary = result.report["summary"]
        self.stdout.write(_counts(summary))
        for text in _not_exact(result.report["rows"]):
            self.stdout.write(text)
        told = _grouped(summary["problems"])
        for text in told[:_SHOWN]:
            self.stderr.write(text)
        if len(told) > _SHOWN:
            self.stderr.write(f"… y {len(told) - _SHOWN} más: --report los guarda todos.")
        if (left_out := summary["left_out"]) and not result.refusal:
            rows = counted(len(left_out), "fila inferida quedó fuera", "filas inferidas quedaron fuera")
            self.stderr.write(f"{rows}: {lines(left_out)}.")
        for text in _renames(summary.get("renames", [])):
            self.stderr.write(text)
        if left_out := summary.get("changes", {}).get("executed_left_out"):
            figures = counted(left_out, "cifra ejecutada quedó fuera", "cifras ejecutadas quedaron fuera")
            self.stderr.write(f"El plan es un borrador: {figures}.")
        for text in _recoded(summary.get("changes", {}).get("recoded", [])):
            self.stdout.write(text)
        for warning in summary["warnings"]:
            self.stderr.write("Advertencia: " + _placed(warning["detail"], warning["line"]))


def _not_exact(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield which rows were repaired, inferred, and confirmed by the columns."""
    for status in ("repaired", "inferred"):
        if found := [row["line"] for row in rows if row["status"] == status]:
            yield f"{_LABELS[status][len(found) > 1].capitalize()}: {lines(found)}."
    if found := [row["line"] for row in rows if row["confirmed"]]:
        yield f"Confirmadas por las columnas: {lines(found)}."


def _renames(missing: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what the document no longer names, with the lines that may be it."""
    for each in missing[:_SHOWN]:
        activity, candidates = each["activity"], each["candidates"]
        said = f"El documento ya no nombra {activity['code']} ({activity['name']}, id {activity['id']})"
        names = "; ".join(f"línea {one['line']}, «{one['name']}»" for one in candidates)
        yield f"{said}; puede ser: {names} (--choices)." if candidates else f"{said}."
    if len(missing) > _SHOWN:
        yield f"… y {len(missing) - _SHOWN} actividades más que no nombra."


def _recoded(things: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is kept under another code than the document's."""
    shown = [f"«{each['printed']}» es {each['code']} ({each['name']})" for each in things[:_SHOWN]]
    if shown:
        more = f" … y {len(things) - _SHOWN} más" if len(things) > _SHOWN else ""
        yield f"Con otro código que en el documento: {'; '.join(shown)}{more}."


def _read(path: Path) -> bytes:
    """Return what is in the file, or no more of it than shows that it is too large."""
    try:
        with path.open("rb") as file:
            sheets.refuse_bytes(path.stat().st_size)
            return file.read(sheets.MOST_BYTES + 1)
    except DocumentError as error:
        raise _refused(error) from error
    except OSError as error:
        raise CommandError(f"No se puede leer {_readable(str(path))}: {_cause(error)}.") from error


def _refused(error: DocumentError) -> CommandError:
    return CommandError(_placed(str(error), error.line, error.column))


def _columns(pairs: list[str]) -> dict[str, str]:
    """Return what titles mean, by title."""
    columns = {}
    for pair in pairs:
        title, sign, meaning = _readable(pair).rpartition("=")
        if not sign:
            raise CommandError(f"«{pair}» no es TÍTULO=SIGNIFICADO.")
        columns[title.strip()] = meaning.strip()
    return columns


def _texts(name: str | None) -> dict[str, str]:
    """Return the object of texts in a file of JSON; without a file nothing."""
    said = _json(name)
    if not all(isinstance(text, str) for text in said.values()):
        raise CommandError(f"{name}: cada título y su significado son textos.")
    return said


def _choices(name: str | None) -> Choices:
    """Return the choices in a file of JSON; without a file none."""
    try:
        return read_choices(_json(name))
    except ValueError as error:
        raise CommandError(f"{name}: {error}") from error


def _json(name: str | None) -> dict[str, Any]:
    if not name:
        return {}
    try:
        said = loads(Path(name).read_bytes())
    except OSError as error:
        raise CommandError(f"No se puede leer {_readable(name)}: {_cause(error)}.") from error
    except ValueError as error:
        raise CommandError(f"{_readable(name)}: {error}") from error
    if not isinstance(said, dict):
        raise CommandError(f"{_readable(name)}: se espera un objeto de JSON.")
    return said


def _writable(name: str | None, source: Path) -> Path | None:
    """Return where the report goes, having made sure that it can be written before anything else is."""
    if not name:
        return None
    target = Path(name)
    try:
        if target.exists() and target.samefile(source):
            raise CommandError("El informe no puede ir en el mismo archivo que se importa.")
        with target.open("ab"):
            return target
    except OSError as error:
        raise CommandError(f"No se puede escribir {_readable(name)}: {_cause(error)}.") from error


def _write(target: Path, result: Result) -> None:
    try:
        target.write_bytes(dumps(result.report) + b"\n")
    except OSError as error:
        done = "no se importó nada" if result.refusal else "la importación sí se hizo"
        raise CommandError(f"No se pudo escribir el informe ({_cause(error)}); {done}.") from error


def _option(name: str, text: str) -> str:
    """Return what an option says. Raises CommandError for what cannot be seen in it, but in the name of a sheet."""
    said = _readable(text)
    if name != "sheet" and hides_something(said):
        raise CommandError(f"--{name.replace('_', '-')}: {HIDDEN}")
    return said


def _readable(text: str) -> str:
    """Return a text of the command line as one that can be kept: bytes that are not UTF-8 become `�`."""
    return text.encode(errors="surrogateescape").decode(errors="replace").strip()


def _grouped(problems: list[dict[str, Any]]) -> list[str]:
    """Say each thing once, with all the lines it is true of."""
    where: dict[tuple[str, str | None], list[int]] = {}
    for problem in problems:
        where.setdefault((problem["detail"], problem["column"]), []).append(problem["line"])
    return [
        f"{', '.join([lines(numbers).capitalize(), *([column] if column else [])])}: {detail}"
        for (detail, column), numbers in where.items()
    ]


def _placed(text: str, line: int | None, column: str | None = None) -> str:
    """Return a message after the line and the column that it is about."""
    places = [f"{name} {place}" for name, place in (("línea", line), ("columna", column)) if place is not None]
    place = ", ".join(places)
    return f"{place[0].upper()}{place[1:]}: {text}" if place else text


def _cause(error: OSError) -> str:
    return _CAUSES.get(error.errno or 0, error.strerror or "error de lectura o escritura")


def _counts(summary: dict[str, Any]) -> str:
    parts = [counted(summary[status], *words) for status, words in _LABELS.items() if summary[status]]
    return ": ".join([counted(summary["rows"], "fila", "filas"), *([", ".join(parts)] if parts else [])]) + "."


def _ending(result: Result, request: Request) -> str:
    summary = result.report["summary"]
    if summary["result"] == "unchanged":
        if problems := len(summary["problems"]):
            kept = counted(problems, "cifra del documento difiere", "cifras del documento difieren")
            return f"No cambió nada: {kept} de lo registrado, que se conservó."
        return "No cambió nada: lo que dice el documento ya estaba registrado."
    changes = summary["changes"]
    figures = changes["entries_created"] + changes["entries_updated"]
    verb = "Se importarían" if request.dry_run else "Se importaron"
    parts = [
        counted(changes["activities"], "actividad nueva", "actividades nuevas"),
        "de " + counted(changes["units"], "unidad nueva", "unidades nuevas") + ",",
        counted(changes["targets"], "meta", "metas"),
        "y " + counted(figures, "cifra", "cifras"),
    ]
    numbers = changes["versions"]
    version = f" ({'versión' if len(numbers) == 1 else 'versiones'} {' y '.join(map(str, numbers))})" if numbers else ""
    made = f" Institución nueva: {summary['institution']}." if changes["institution"] else ""
    dry = " Prueba: no se escribió nada." if request.dry_run else ""
    return f"{verb} {' '.join(parts)}{version}.{made}{dry}"


def _year(result: Result, request: Request) -> str:
    """Return which year was imported, and who says so."""
    said = result.report["summary"]["year_source"]
    if request.year is None:
        return f"Año {result.report['year']}: {said}."
    return f"Año {request.year}: --year." if not said else f"Año {request.year}: --year ({said})."
