"""How pages write the address of a proof: a link that a browser may open, and nothing else."""

from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from activities.serializers.links import is_link
from units.pages.filters import NOTHING

register = template.Library()
_LINK = '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'


@register.filter
def evidence_link(address: str | None) -> SafeString:
    """Return a link that shows to which host it leads, or as text what is none; — for nothing."""
    if not address:
        return SafeString(NOTHING)
    if not is_link(address):
        return format_html("{}", address)
    return format_html(_LINK, address, urlsplit(address).hostname)
