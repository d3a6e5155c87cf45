"""What the API says of an error, in the words of pages: they name fields, where programs are told of members."""

import re

_SAID = [
    (r" \((?:POST|PUT|PATCH|DELETE) /[^)]*\)", ""),
    (r" con «force» y un motivo", " de todos modos, con un motivo"),
    (r"; en «current» está como quedó", ""),
    (r"; vea (?:en )?«(?:errors|items)»(?: cuáles y por qué)?", ""),
    (r": use «audience»: «planners»", ": elija en «Quiénes la ven» a los planificadores"),
    (r" en «targets»", " en sus metas"),
    (r" y sin comillas", ""),
    (r"el cliente («.+») \(id \d+\)", r"el sistema \1"),
    (r" \(opens_on, due_on, closes_on\)", ""),
    (r": pídala en /reports/poi/template/ y", ": descárguela en «Mi mes», junto al nombre de la unidad, y"),
    (
        r"Usted partió de la versión \d+ de (.+?) y la actual es la \d+: consulte cómo quedó y decida si envía",
        r"Alguien registró \1 después de lo que usted tenía a la vista: mire cómo quedó y decida si lo envía",
    ),
    (r" \((?:from_month|programmed)\)", ""),
    (r" \(is_active: false\)", ""),
    (r", en «parent»", ""),
    (r"use overwrite para reemplazarlo", "vale el documento con «Reemplazar lo que las personas registraron»"),
    (r"quite «programmed» o «is_cancelled»", "quite sus metas o la anulación"),
    (r"; indique en «expires_at»", "; indique"),
    (r": diga de cuál con «institution»", ": diga de cuál"),
    (r"«effective_on»", "«Vigente desde»"),
    (r"«reason»", "«Motivo»"),
    (r"«aliases»", "«Otros nombres»"),
]
_PATTERNS = [(re.compile(pattern), words) for pattern, words in _SAID]


def for_people(detail: str) -> str:
    """Return what the API says of an error without the members and calls that it names for programs."""
    for pattern, words in _PATTERNS:
        detail = pattern.sub(words, detail)
    return detail
