"""How a test opens a page: as a person with a role, by Django's client; and what it finds there.

def test_a_reader_finds_the_plans(sat: Unit) -> None:
    page = visit(make.person(Role.READER, sat)).open("/planes/")
    assert page.rows() == [["2022", "Aprobado"]]

def test_a_wrong_year_is_said_at_its_field(sat: Unit) -> None:
    page = visit(make.person(Role.PLANNER, sat)).send("/planes/nuevo/", {"year": "1"})
    assert page.status == 400
    assert "year" in page.errors()
"""

from pathlib import Path
from typing import Any

import lxml.html
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client

LARGEST = 150_000  # bytes of a page with all that it loads but charts
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


class Opened:
    """A page as it was answered; selections are XPath."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.status: int = answer.status_code
        self.leads_to: str = answer.headers.get("Location", "")
        self.document = lxml.html.fromstring(answer.content or b"<html></html>")

    def texts(self, path: str) -> list[str]:
        """Return the texts of the elements at an XPath, blanks made one: `texts("//h2")`."""
        return [" ".join(element.text_content().split()) for element in self.document.xpath(path)]

    @property
    def text(self) -> str:
        """The text of the page's main part."""
        return " ".join(self.texts("//main"))

    @property
    def heading(self) -> str:
        return " ".join(self.texts("//h1"))

    def rows(self, table: str = "//table") -> list[list[str]]:
        """Return the texts of the cells of a table's body, row by row."""
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")]
            for row in self.document.xpath(f"{table}/tbody/tr")
        ]

    def links(self, path: str = "//main//a") -> dict[str, str]:
        """Return the addresses that links lead to, by their texts."""
        return {" ".join(link.text_content().split()): link.get("href") for link in self.document.xpath(path)}

    def menu(self) -> list[str]:
        """Return the titles of the pages that the head leads to."""
        return self.texts("//nav[@id='menu']//a")

    def loaded(self) -> int:
        """Return how many bytes the page is with its style sheet, its icon and its scripts."""
        files = self.document.xpath("//link/@href | //script/@src")
        found: list[Any] = [finders.find(file.removeprefix("/static/").partition("?")[0]) for file in files]
        return len(self.answer.content) + sum(Path(file).stat().st_size for file in found)

    def messages(self) -> list[str]:
        return self.texts("//*[@id='messages']/p")

    def values(self, form: str = "//main//form[@method='post']") -> dict[str, str]:
        """Return what the fields of a form hold, by their names."""
        return dict(self.document.xpath(form)[0].form_values())

    def errors(self) -> dict[str, str]:
        """Return what is said at fields, by their names; under "" what is said of the whole form."""
        found = {
            error.getparent().xpath(".//input|.//select|.//textarea")[0].get("name"): error.text_content()
            for error in self.document.xpath("//*[contains(@class, 'wrong')]//div[@class='error']")
        }
        whole = self.texts("//form//*[@role='alert']")
        return {name: " ".join(said.split()) for name, said in found.items()} | ({"": whole[0]} if whole else {})


class Visit:
    """A person at a browser."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def open(self, path: str, **query: Any) -> Opened:
        return Opened(self.client.get(path, query, headers=BROWSER))

    def send(self, path: str, form: dict[str, Any] | None = None, *, follow: bool = False) -> Opened:
        """Send a form by POST; with `follow` the page that it leads to is opened."""
        return Opened(self.client.post(path, form or {}, headers=BROWSER, follow=follow))


def visit(person: User | None = None) -> Visit:
    """Return a browser in which `person` is logged in, or nobody."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return Visit(client)
