"""JSON in and out without binary floats: quantities are exact decimals on the way (domain.md, rule 2)."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any, NoReturn

import orjson
from django.utils import timezone
from django.utils.functional import Promise

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME
_LONGEST_NUMBER = 1000  # characters
_LONG_NUMBER = re.compile(rf"[-+.0-9eE]{{{_LONGEST_NUMBER + 1}}}")
_STEP = 97  # characters
_LONG_NUMBER_IN_STEPS = re.compile(rf"[-+.0-9eE]{{{_LONGEST_NUMBER // _STEP}}}")
_DEEPEST = 20  # levels; no body of ours has more than five
_NO_NUMBER = "Un número es demasiado grande o demasiado pequeño."
_TOO_DEEP = f"El JSON tiene más de {_DEEPEST} niveles."
MOST_VALUES = 300_000  # a new version of a plan whose lists are all full has some 210,000
_TOO_MANY = f"El JSON tiene más de {MOST_VALUES // 1000} 000 valores."
_CONTAINERS = (dict, list)  # as a tuple it is made once
_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # one that is not closed goes on to the end
# How a text that PostgreSQL cannot keep is spelled in JSON: a NUL or half of a surrogate pair
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def decimal_text(value: Decimal) -> str:
    """Return a finite decimal as a JSON number without exponent or trailing zeros: `3`, `12345678901.125`."""
    text = str(value)
    if text.isdecimal() or ("." in text and text[-1] != "0" and "E" not in text):  # as most are
        return text
    if not value.is_finite():
        raise ValueError("Un número no finito no tiene forma en JSON.")
    if "E" in text:
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def dumps(data: Any) -> bytes:
    """Return `data` as UTF-8 JSON: decimals to the digit, moments with the offset of Lima."""
    return orjson.dumps(data, default=_other, option=_OPTIONS)


def _other(value: object) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(decimal_text(value))
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} no tiene forma en JSON.")


def loads(content: bytes) -> Any:
    """Read JSON strictly; a number with a point or an exponent becomes a `Decimal`.

    Raises ValueError, in Spanish, for what is not JSON in UTF-8, a repeated name, NaN, a number, a nesting or
    a count of values beyond reason, and for characters that no text of ours may have.
    """
    try:
        text = content.decode()
        _refuse_many(text)
        _refuse_long_numbers(text)
        data = _DECODER.decode(text)
    except UnicodeDecodeError:
        raise ValueError("El contenido no está en UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"línea {error.lineno}, columna {error.colno}"
        raise ValueError(f"El JSON está mal formado en la {place}.") from None
    except InvalidOperation:
        raise ValueError(_NO_NUMBER) from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _refuse_repeated(text, _members(data, text.count("[") + text.count("{")))
    if _SUSPECT.search(text):
        _refuse_unstorable(data)
    return data


def own(content: bytes) -> Any:
    """Read JSON that the service itself wrote, of which there may be more than anybody may send."""
    return _DECODER.decode(content.decode())


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} no es un número de JSON.")


# What it could look at in each number and object is seen in the whole text, in a third of the time
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_constant)


def _refuse_many(text: str) -> None:
    """Raise ValueError for more values than a good body has, before any takes twenty times the room of its text."""
    if len(text) > MOST_VALUES and _values(text) > MOST_VALUES and _values(_TEXT.sub("", text)) > MOST_VALUES:
        raise ValueError(_TOO_MANY)


def _values(text: str) -> int:
    """Return how many values JSON without texts in it has at most."""
    return sum(map(text.count, ",[{"))


def _refuse_long_numbers(text: str) -> None:
    """Raise ValueError for a number that is too long to be one, so that some characters of every step are of it."""
    if _LONG_NUMBER_IN_STEPS.search(text[::_STEP]) and _LONG_NUMBER.search(_TEXT.sub('""', text)):
        raise ValueError(_NO_NUMBER)


def _members(data: Any, containers: int) -> int:
    """Return how many members all objects have together; of lists and objects there are at most so many `containers`.

    Raises ValueError for a nesting in which whoever goes through it might run out of stack.
    """
    members, level = 0, [data] if isinstance(data, _CONTAINERS) else []
    for _ in range(_DEEPEST):
        objects = [part for part in level if isinstance(part, dict)]
        members, containers = members + sum(map(len, objects)), containers - len(level)
        if not containers:
            return members
        parts = chain(map(dict.values, objects), (part for part in level if isinstance(part, list)))
        level = [inner for part in parts for inner in part if isinstance(inner, _CONTAINERS)]
        if not level:
            return members
    raise ValueError(_TOO_DEEP)


def _refuse_repeated(text: str, members: int) -> None:
    """Raise ValueError if fewer members were read than were written: an object has one of each name."""
    if members < text.count(":") and members < _TEXT.sub("", text).count(":"):
        raise ValueError("Un objeto del JSON repite un nombre.")


def _refuse_unstorable(data: Any) -> None:
    for text in _texts(data):
        if "\0" in text:
            raise ValueError("El JSON contiene el carácter nulo.")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("El JSON contiene un carácter incompleto.") from None


def _texts(data: Any) -> Iterable[str]:
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            waiting += item
