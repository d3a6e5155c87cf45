"""Parts that many pages have, as tags that every template knows: tables, pagers, links to files, the field `as_of`."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import template
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from units.pages.api import address, query_text

register = template.Library()
_PLACES = ("page", "offset")


@register.inclusion_tag("pages/parts/pager.html", takes_context=True)
def pager(context: Any, answer: dict[str, Any]) -> dict[str, Any]:
    """Show how many rows a list of the API has, and lead to those before and after, on this page's own address."""
    asked = context["request"].GET
    ways = {way: _with_place(asked, answer[way]) for way in ("previous", "next")}
    return {**ways, "count": answer["count"], "shown": len(answer["results"])}


def _with_place(asked: QueryDict, link: str | None) -> str:
    """Return the query string of the page with the place that the API's link has, empty without a link."""
    if not link:
        return ""
    says = parse_qs(urlsplit(link).query)
    query = asked.copy()
    for name in _PLACES:
        query.pop(name, None)
        if name in says:
            query[name] = says[name][-1]
    return query.urlencode()


@register.inclusion_tag("pages/parts/downloads.html", takes_context=True)
def downloads(
    context: Any,
    path: str,
    formats: str = "csv xlsx",
    asked: dict[str, Any] | None = None,
    label: str = "Descargar",
    **query: Any,
) -> dict[str, Any]:
    """Show links to a table of the API as files, with what the page `asked` and its `as_of`; it has all rows."""
    narrowed = {name: value for name, value in (asked or {}).items() if name not in _PLACES}
    asked = {"as_of": context.get("as_of", ""), **narrowed, **query}
    return {"label": label, "links": [(name.upper(), address(path, **asked, format=name)) for name in formats.split()]}


@register.simple_block_tag
def table(content: str, label: str, classes: str = "", *, grid: bool = False) -> str:
    """Show a table that scrolls within its frame, which is called `label`; `grid`: one to type in (`grid.js`)."""
    said = format_html(' class="{}"', classes) if classes else ""
    typed = SafeString(" data-grid" if grid else "")
    frame = '<div class="table-wrap" tabindex="0" role="region" aria-label="{}"><table{}{}>{}</table></div>'
    return format_html(frame, label, said, typed, content)


@register.inclusion_tag("pages/parts/as_of.html", takes_context=True)
def as_of_field(context: Any) -> dict[str, Any]:
    """Show the field by which all figures of the page can be had as they were known on a day."""
    request: HttpRequest = context["request"]
    others = [(name, value) for name, value in request.GET.items() if name not in ("as_of", *_PLACES)]
    today = context["day"].isoformat()
    return {"request": request, "as_of": context.get("as_of", ""), "today": today, "others": others}


@register.simple_tag(takes_context=True)
def with_query(context: Any, **changes: Any) -> str:
    """Return this page's query string with some values changed, and without its place in a list; None takes one out."""
    query = context["request"].GET.copy()
    for name in _PLACES:
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def api_address(context: Any, path: str, asked: dict[str, Any] | None = None, **query: Any) -> str:
    """Return an address of the API, such as that of a chart; `as_of` of the page goes with it."""
    return address(path, **{"as_of": context.get("as_of", ""), **(asked or {}), **query})


@register.simple_tag(takes_context=True)
def page_link(context: Any, name: str, text: str, **query: Any) -> str:
    """Return a link to a page by the name of its address; the day as of which the page is open goes with it."""
    asked = query_text({**query, "as_of": context.get("as_of", "")})
    return format_html('<a href="{}">{}</a>', f"{reverse(name)}?{asked}" if asked else reverse(name), text)
