"""The start page: how the year stands for what the person may see."""

from django.http import HttpRequest, HttpResponse

from units.pages.page import Page


class StartPage(Page):
    """The first page after coming in."""

    template_name = "reports/start.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()
