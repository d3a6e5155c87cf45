"""What is chosen of a diagnosed document, as a form has it: readings of doubtful rows, activities of new names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from units.pages.filters import MONTHS

_READING, _SAME = "reading-", "same-"
_OPEN = "-"  # of a row for which no reading is chosen
_BLOCKS = (("programmed", "PROG"), ("executed", "EJEC"))


def chosen_of(data: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the choices that a form has, as the API takes them; what is left open is not in them."""
    return {
        "readings": dict(_numbers(data, _READING)),
        "same": dict(_numbers(data, _SAME)),
    }


def _numbers(data: Mapping[str, str], prefix: str) -> Iterator[tuple[str, int]]:
    for name, value in data.items():
        line = name.removeprefix(prefix)
        if line != name and line.isdecimal() and value.isascii() and value.isdecimal():
            yield line, int(value)


def doubtful_rows(rows: Iterable[Mapping[str, Any]], data: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return rows with several readings as they are shown: each reading with its figures where any of them differ."""
    return [_doubtful(row, data.get(f"{_READING}{row['line']}", _OPEN)) for row in rows]


def _doubtful(row: Mapping[str, Any], chosen: str) -> dict[str, Any]:
    readings = [row, *row["alternatives"]]
    places = [
        (block, month, f"{title} {MONTHS[month]}")
        for block, title in _BLOCKS
        for month in range(12)
        if len({reading[block][month] for reading in readings}) > 1
    ]
    return {
        **row,
        "field": f"{_READING}{row['line']}",
        "chosen": chosen,
        "titles": [title for _, _, title in places],
        "readings": [
            {
                "number": str(number),
                "label": "La que se tomó" if number == 0 else f"Lectura {number}",
                "figures": [reading[block][month] for block, month, _ in places],
            }
            for number, reading in enumerate(readings)
        ],
    }


def new_names(source: Mapping[str, Any], data: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each new name that may be that of an activity which the document no longer names, with these."""
    found: dict[int, dict[str, Any]] = {}
    for rename in source["renames"]:
        for candidate in rename["candidates"]:
            line = candidate["line"]
            field = f"{_SAME}{line}"
            name = found.setdefault(
                line,
                {**candidate, "field": field, "chosen": data.get(field, ""), "unit": rename["unit"], "options": []},
            )
            name["options"].append({**rename["activity"], "value": str(rename["activity"]["id"])})
    return [found[line] for line in sorted(found)]


def kept_choices(data: Mapping[str, str], shown: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the fields of readings that were chosen on other pages of the form, so that it goes on holding them."""
    here = {row["field"] for row in shown}
    return [(name, value) for name, value in data.items() if name.startswith(_READING) and name not in here]
