"""What the documentation says of itself: its introduction, its tags in the order of learning, and the guides."""

from typing import Any

# The name of each page of docs/ that is served, and what it is about
GUIDES = {
    "planning": "Un año del plan, de la copia del anterior al cierre, llamada por llamada",
    "submitting": "Registrar el mes de una unidad con un programa",
    "following": "Mantener al día una copia de las cifras en otro sistema",
    "figures": "Cómo se calcula cada cifra",
    "domain": "El vocabulario y las reglas",
    "api": "El contrato: identidad, errores, listas, lecturas, escrituras, formatos",
}


def guide_address(name: str) -> str:
    """Return where a guide is served."""
    return f"/api/docs/{name}.md"


DESCRIPTION = (
    "Lo que cada unidad de una institución pública se propuso hacer en el año, mes a mes, y lo que ha hecho.\n\n"
    "Un blanco no es un cero: un mes que nadie reportó es `null`. Las cantidades son exactas, con hasta tres "
    "decimales. Los errores son `application/problem+json`. Mandar el valor por defecto de un parámetro es lo mismo "
    "que no mandarlo.\n\n"
    "Guías, en inglés:\n\n"
) + "\n".join(f"- [{about}]({guide_address(name)})" for name, about in GUIDES.items())


def _tag(name: str, description: str, guide: str = "") -> dict[str, Any]:
    tag: dict[str, Any] = {"name": name, "description": description}
    return tag | ({"externalDocs": {"url": guide_address(guide), "description": GUIDES[guide]}} if guide else {})


TAGS = [
    _tag("start", "Por dónde empezar: qué hay, y quién es usted aquí.", "api"),
    _tag("units", "Quién: la institución, sus órganos y sus unidades orgánicas, en un árbol.", "domain"),
    _tag("mef-activities", "El catálogo de actividades MEF (presupuestales)."),
    _tag("measurement-units", "El catálogo de unidades de medida: acciones, informes, documentos…"),
    _tag("plans", "Qué se promete: el plan operativo de un año, su aprobación, sus versiones y su cierre.", "planning"),
    _tag("activities", "Las actividades operativas de un plan, con lo programado y lo ejecutado mes a mes.", "figures"),
    _tag("periods", "Cuándo se reporta cada mes, y las reaperturas."),
    _tag("progress", "Reportar y revisar: lo que se debe, los meses por lotes y los veredictos.", "submitting"),
    _tag("imports", "Documentos: guardarlos, ver cómo se leen, elegir, aplicarlos y deshacerlos.", "planning"),
    _tag("reports", "Lo que suma: la matriz, la ejecución, el cumplimiento, las alertas y el documento.", "figures"),
    _tag("exports", "Los datos mes por mes, para llevarlos a otro sistema."),
    _tag("publications", "Informes congelados, y lo que cambió desde entonces."),
    _tag("changes", "Todo lo que cambió, en orden: para que otro sistema siga al día.", "following"),
    _tag("clients", "Las claves de otros sistemas."),
    _tag("memberships", "Los roles de las personas."),
]
