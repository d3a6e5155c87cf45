"""`manage.py import_poi FILE`: bring a source document into a plan (api.md, "Operations")."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.document import DocumentError
from reports.importing import Request, Result, import_file
from units.choices import UnitKind
from units.exact_json import dumps
from units.models import Unit

_LABELS = {"exact": "exactas", "repaired": "reparadas", "inferred": "inferidas", "rejected": "rechazadas"}
_SHOWN = 20


class Command(BaseCommand):
    help = "Importa un documento POI (TSV o CSV) en el plan de su institución y año."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="el documento: TSV o CSV en UTF-8")
        parser.add_argument("--institution", default="", metavar="CODE", help="código de la institución")
        parser.add_argument("--institution-name", default="", metavar="NAME", help="su nombre, si es nueva")
        parser.add_argument("--year", type=int, metavar="Y", help="año del plan, si el documento no lo dice")
        parser.add_argument("--resolution", default="", metavar="R", help="resolución que aprueba las metas")
        parser.add_argument("--dry-run", action="store_true", help="informa lo mismo y no escribe nada")
        parser.add_argument("--strict", action="store_true", help="deja fuera las filas inferidas")
        parser.add_argument("--overwrite", action="store_true", help="reemplaza las cifras ya registradas")
        parser.add_argument("--report", metavar="OUT.json", help="dónde guardar el informe")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        request = Request(
            content=_read(path),
            filename=_readable(path.name),
            institution=_institution(_readable(options["institution"])),
            institution_name=_readable(options["institution_name"]),
            year=options["year"],
            resolution=_readable(options["resolution"]),
            dry_run=options["dry_run"],
            strict=options["strict"],
            overwrite=options["overwrite"],
        )
        target = _writable(options["report"], path)
        try:
            result = import_file(request, actor="command:import_poi")
        except DocumentError as error:
            raise CommandError(_placed(str(error), error.line)) from error
        self._tell(result)
        if target:
            _write(target, result)
        if result.refusal:
            raise CommandError(result.refusal)
        self.stdout.write(self.style.SUCCESS(_ending(result.report["summary"], request)))

    def _tell(self, result: Result) -> None:
        summary = result.report["summary"]
        self.stdout.write(_counts(summary))
        for problem in summary["problems"][:_SHOWN]:
            self.stderr.write(_placed(problem["detail"], problem["line"], problem["column"]))
        if len(summary["problems"]) > _SHOWN:
            self.stderr.write(f"… y {len(summary['problems']) - _SHOWN} más.")
        if left_out := summary.get("left_out"):
            lines = ", ".join(map(str, left_out))
            self.stderr.write(f"{len(left_out)} filas inferidas quedaron fuera: líneas {lines}.")
        for warning in summary["warnings"]:
            self.stderr.write("Advertencia: " + _placed(warning["detail"], warning["line"]))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"No se puede leer {_readable(str(path))}: {error.strerror}.") from error


def _institution(code: str) -> str:
    """Return the code given, or that of the only institution there is."""
    if code:
        return code
    codes = list(Unit.objects.filter(kind=UnitKind.INSTITUTION).values_list("code", flat=True)[:2])
    if len(codes) != 1:
        raise CommandError("El documento no dice de qué institución es: indíquela con --institution.")
    return codes[0]


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
        raise CommandError(f"No se puede escribir {_readable(name)}: {error.strerror}.") from error


def _write(target: Path, result: Result) -> None:
    try:
        target.write_bytes(dumps(result.report) + b"\n")
    except OSError as error:
        done = "no se importó nada" if result.refusal else "la importación sí se hizo"
        raise CommandError(f"No se pudo escribir el informe ({error.strerror}); {done}.") from error


def _readable(text: str) -> str:
    """Return a text of the command line as one that can be kept: bytes that are not UTF-8 become `�`."""
    return text.encode(errors="surrogateescape").decode(errors="replace").strip()


def _placed(text: str, line: int | None, column: str | None = None) -> str:
    place = ", ".join([f"Línea {line}", *([column] if column else [])])
    return text if line is None else f"{place}: {text}"


def _counts(summary: dict[str, Any]) -> str:
    parts = [f"{summary[status]} {label}" for status, label in _LABELS.items() if summary[status]]
    return f"{summary['rows']} filas: {', '.join(parts)}."


def _ending(summary: dict[str, Any], request: Request) -> str:
    if summary["result"] == "unchanged":
        if problems := len(summary["problems"]):
            return f"No cambió nada: {problems} cifras del documento difieren de lo registrado, que se conservó."
        return "No cambió nada: lo que dice el documento ya estaba registrado."
    changes = summary["changes"]
    verb = "Se importarían" if request.dry_run else "Se importaron"
    return (
        f"{verb} {changes['activities']} actividades nuevas de {changes['units']} unidades nuevas, "
        f"{changes['targets']} metas y {changes['entries_created'] + changes['entries_updated']} cifras"
        + (f" (versión {changes['version']})" if changes["version"] else "")
        + ". Prueba: no se escribió nada." * request.dry_run
        + "." * (not request.dry_run)
    )
