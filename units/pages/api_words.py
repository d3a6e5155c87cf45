"""What the API says of an error, in the words of pages: they name fields, where programs are told of members."""

import re

_SAID = [
    (r" \((?:POST|PUT|PATCH|DELETE) /[^)]*\)", ""),
    (r" con «force» y un motivo", " de todos modos, con un motivo"),
    (r"; en «current» está como quedó", ""),
    (r"; vea (?:en )?«(?:errors|items)»(?: cuáles y por qué)?", ""),
    (r": use «audience»: «planners»", ": elija en «Quiénes la ven» a los planificadores"),
    (r" en «targets»", " en sus metas"),
    (r" \((?:from_month|programmed)\)", ""),
    (r" \(is_active: false\)", ""),
    (r", en «parent»", ""),
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
