"""Charts of `/reports/execution/` as SVG: for print and for every eye, so never by colour alone.

Colours are those of Okabe and Ito, told apart by the colour-blind; hatching and words say the same again.
"""

import io
import os
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings

from activities.choices import MONTHS
from activities.document.quantities import printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_UNITS = 40
_ACROSS = 9.0  # inches
_WIDTH = 110  # characters of a line above a chart
_NOTHING = "No hay actividades de lo que se preguntó."
_LONGEST = 250.0  # percent that a bar shows at most
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # behind words that cross a line
_BLUE, _GREY, _INK = "#0072B2", "#D0D0D0", "#222222"
_BANDS = {  # colour, hatching, name
    "green": ("#009E73", "", "Verde"),
    "amber": ("#E69F00", "//", "Ámbar"),
    "red": ("#D55E00", "xx", "Rojo"),
    None: ("#FFFFFF", "", "Sin semáforo"),
}
_SETTINGS: Any = {
    "svg.fonttype": "none",  # texts stay texts: they can be searched, read aloud and copied
    "svg.hashsalt": "poi",  # the same figures make the same bytes
    "text.parse_math": False,
    "hatch.linewidth": 0.6,
    "font.size": 9,
}
_DOTS = 150  # per inch of a PNG
# What would make other bytes of the same figures
_UNSAID: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}
_DRAWING = Lock()

Document = dict[str, Any]


def months_chart(document: Document, about: str, picture: str) -> bytes:
    """Draw programmed against executed by month, from an execution report grouped by month."""
    rows = {row["month"]: row for row in document["results"]}
    months = range(1, document["through"] + 1)
    figure, axes = _paper(4.4)
    with _styled():
        _month_bars(axes, [rows.get(month, {"programmed": 0, "executed": None}) for month in months])
        axes.set_xticks(range(len(months)), [MONTHS[month - 1] for month in months])
        axes.set_ylabel("Cantidad")
        axes.yaxis.set_major_formatter(lambda value, _: printed(Decimal(f"{value:.10g}")))  # not 0.600…01
        figure.legend(loc="outside upper right", ncols=2, frameon=False)
        return _drawn(picture, figure, axes, "Programado y ejecutado por mes", about, document)


def units_chart(document: Document, about: str, picture: str) -> bytes:
    """Draw the progress of each unit as a bar in its band, from an execution report grouped by unit."""
    rows = document["results"][:MOST_UNITS]
    figure, axes = _paper(1.9 + 0.32 * max(len(rows), 1))
    with _styled():
        for place, row in enumerate(rows):
            _unit_bar(axes, place, row)
        axes.set_yticks(range(len(rows)), [_two_lines(row["unit"]["name"]) for row in rows], fontsize=8)
        axes.invert_yaxis()
        axes.axvline(100, color=_INK, linewidth=0.8, linestyle="--")
        axes.set_xlim(0, max([100.0, *map(_width, rows)]) * 1.28)
        axes.set_xlabel("Avance (%)")
        _band_legend(figure, rows)
        more = document["count"] - len(rows)
        note = f"Se muestran {len(rows)} unidades de {document['count']}." if more > 0 else ""
        return _drawn(picture, figure, axes, "Avance por unidad", about, document, note)


CHARTS: dict[str, tuple[str, Callable[[Document, str, str], bytes]]] = {
    "months": ("month", months_chart),
    "units": ("unit", units_chart),
}


def _paper(height: float) -> tuple["Figure", "Axes"]:
    # Its list of fonts is kept with everything else that this installation keeps
    os.environ.setdefault("MPLCONFIGDIR", str(settings.DATA_DIR / "matplotlib"))
    # Here and not above: it costs a second and 50 MB, which only processes that draw should pay
    from matplotlib.figure import Figure

    with _styled():
        figure = Figure(figsize=(_ACROSS, height), layout="constrained")
        axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


@contextmanager
def _styled() -> Iterator[None]:
    """Draw with our settings, one thread at a time: while they hold, they hold for the whole process."""
    from matplotlib import rc_context

    with _DRAWING, rc_context(_SETTINGS):
        yield


def _month_bars(axes: "Axes", rows: list[Document]) -> None:
    places = range(len(rows))
    programmed = [float(row["programmed"]) for row in rows]
    executed = [float(row["executed"] or 0) for row in rows]
    axes.bar(
        [p - 0.2 for p in places], programmed, 0.38, label="Programado", color=_GREY, edgecolor=_INK, linewidth=0.7
    )
    axes.bar([p + 0.2 for p in places], executed, 0.38, label="Ejecutado", color=_BLUE, edgecolor=_INK, linewidth=0.7)
    for place, row in enumerate(rows):
        _value(axes, place - 0.2, row["programmed"])
        if row["executed"] is None:
            axes.annotate("s/d", (place + 0.2, 0), (0, 2), textcoords="offset points", ha="center", style="italic")
        else:
            _value(axes, place + 0.2, row["executed"])
    longest = max(len(printed(Decimal(row[name] or 0))) for row in rows for name in ("programmed", "executed"))
    axes.margins(y=max(0.12, 0.03 * longest))  # above the bars, where figures stand upright below the title


def _value(axes: "Axes", place: float, quantity: Decimal | int) -> None:
    text = printed(Decimal(quantity))
    axes.annotate(
        text,
        (place, float(quantity)),
        (0, 2),
        textcoords="offset points",
        ha="center",
        fontsize=7,
        rotation=0 if len(text) < 5 else 90,
        va="bottom",
    )


def _unit_bar(axes: "Axes", place: int, row: Document) -> None:
    colour, hatch, name = _BANDS[row["band"]]
    width = _width(row)
    axes.barh(place, width, 0.7, color=colour, hatch=hatch, edgecolor=_INK, linewidth=0.7)
    if row["progress"] is not None:
        said = f"{printed(Decimal(row['progress']))} %" + (f" · {name}" if row["band"] else "")
    else:
        said = "sin programar" if not row["programmed"] else "sin reportar"
    axes.annotate(said, (width, place), (4, 0), textcoords="offset points", va="center", fontsize=8, bbox=_PAPER)


def _band_legend(figure: "Figure", rows: list[Document]) -> None:
    from matplotlib.patches import Patch

    used = [band for band in _BANDS if band and any(row["band"] == band for row in rows)]
    patches = [
        Patch(facecolor=_BANDS[band][0], hatch=_BANDS[band][1], edgecolor=_INK, label=_BANDS[band][2]) for band in used
    ]
    if patches:
        figure.legend(handles=patches, loc="outside upper right", ncols=3, frameon=False)


def _width(row: Document) -> float:
    """Return how long a bar is: one beyond the paper's edge is cut, its figure is not."""
    return min(float(row["progress"] or 0), _LONGEST)


def _drawn(
    picture: str, figure: "Figure", axes: "Axes", title: str, about: str, document: Document, note: str = ""
) -> bytes:
    if not document["total"]["activities"]:
        axes.text(0.5, 0.5, _NOTHING, transform=axes.transAxes, ha="center", va="center", bbox=_PAPER)
    axes.set_title("\n".join([title, *textwrap.wrap(about, _WIDTH)]), loc="left", fontsize=11)
    mixed = "El total suma unidades de medida distintas. " if document["total"]["mixed_units"] else ""
    known = ""
    if as_of := document["as_of"]:
        version = {"current": "vigente", "initial": "inicial"}.get(document["version"], document["version"])
        known = f"Versión: {version}. Al {date.fromisoformat(as_of[:10]):%d/%m/%Y}. "
    figure.supxlabel(f"{known}{mixed}{note}".strip(), fontsize=7.5, x=0.01, ha="left")
    written = io.BytesIO()
    metadata = {"Title": f"{title}. {about}"} | _UNSAID[picture]
    figure.savefig(written, format=picture, dpi=_DOTS, metadata=metadata)
    return written.getvalue()


def _two_lines(name: str) -> str:
    lines = textwrap.wrap(name, 38)
    return "\n".join([lines[0], textwrap.shorten(" ".join(lines[1:]), 38, placeholder="…")]) if lines[1:] else name
