"""JSON that no field takes."""

from poi_api.http.exact_json import MOST_VALUES

_A_FEW = 100  # values that the body has besides


def values(size: int) -> dict[str, str]:
    """Return such JSON by its kind, each of about `size` bytes or as many values as are read at all."""
    most = MOST_VALUES - _A_FEW

    def several(value: str, count: int = 1) -> str:
        """Return a list of such values, each of which counts as so many."""
        return _list(value, min(size // (len(value) + 1), most // count))

    names = _names(min(size // 13, most))
    return {
        "names": names,
        "names in an item": f"[{names}]",
        "names in 100 items": _list(_names(min(size // 13, most) // 100 - 1), 100),
        "too many values": _list("{}", size // 3),
        "too many names": _names(size // 12),
        "numbers": several("1"),
        "decimals": several("1.5"),
        "objects": several("{}", 2),
        "odd objects": several('{"x":1}', 2),
        "texts": several('"x"'),
        "5000 objects": _list("{}", 5000),
        "5000 lists": _list("[]", 5000),
        "5000 odd objects": _list('{"x":1}', 5000),
        "text": '"' + "x" * size + '"',
        "text of commas": '"' + "," * size + '"',
        "unseen text": '"' + "\u200b" * (size // 3) + '"',
        "accents": '"' + "\u0301" * (size // 2) + '"',
        "escapes": '"' + "\\u0041" * (size // 6) + '"',
        "open text": '"' + '\\",' * (size // 3),
        "digits": "1" * size,
        "decimal places": "0." + "1" * size,
        "long numbers": several("1" * 1000),
        "exponent": "1e999999999",
        "deep": "[" * (size // 2) + "]" * (size // 2),
        "quite deep": "[" * 900 + "]" * 900,
    }


def _list(value: str, count: int) -> str:
    return "[" + ",".join([value] * count) + "]"


def _names(count: int) -> str:
    return "{" + ",".join(f'"n{number:07}":1' for number in range(count)) + "}"
