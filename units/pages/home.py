"""The first page: what is here, for whoever opens the service's address in a browser."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Return the page with the ways to the log-in, to the documentation and to what needs no key."""
    return render(request, "pages/home.html")
