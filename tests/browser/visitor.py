"""Who opens pages in Debian's Chromium, looks at them, and hears what their consoles say."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_core_python.selenium import Axe
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PASSWORD = "la clave de la oficina"  # of people that are made for a test
PATIENCE = 60  # seconds
WIDTHS = (1440, 320)  # pixels: a desk, and the narrowest telephone
_OF_NO_DOCUMENT = "does not belong to the document"  # what Chromium says while one gives way to the next
_SERIOUS = {"serious", "critical"}
_OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _is_gone(element: Any) -> bool:
    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    except WebDriverException as error:
        if _OF_NO_DOCUMENT in str(error.msg):
            return True
        raise
    return False


class Visitor:
    """A person at a browser; selectors are CSS."""

    def __init__(self, chromium: Chrome, service: str, password: str) -> None:
        self.chromium, self.service, self.password = chromium, service, password

    def open(self, path: str) -> None:
        self.chromium.get(self.service + path)

    def all(self, selector: str) -> list[Any]:
        return self.chromium.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> Any:
        """Return an element that can be seen; it is waited for."""
        WebDriverWait(self.chromium, PATIENCE).until(lambda _: any(e.is_displayed() for e in self.all(selector)))
        return next(element for element in self.all(selector) if element.is_displayed())

    def write(self, selector: str, text: str) -> None:
        field = self.one(selector)
        field.clear()
        field.send_keys(text)

    def press(self, selector: str) -> None:
        """Click on an element wherever a page that still scrolls has it."""
        self.chromium.execute_script("arguments[0].click()", self.one(selector))

    def keys(self, *keys: str) -> None:
        """Press keys where the focus is."""
        ActionChains(self.chromium).send_keys(*keys).perform()

    def keys_together(self, held: str, key: str) -> None:
        """Press a key while another one is held."""
        ActionChains(self.chromium).key_down(held).send_keys(key).key_up(held).perform()

    def gone(self, element: Any) -> None:
        """Wait until something else stands in the place of an element."""
        WebDriverWait(self.chromium, PATIENCE).until(lambda _: _is_gone(element))

    def complaints(self, *, of_scripts: bool = False) -> list[str]:
        """Return what was forbidden and what failed since it was asked last; `of_scripts`: and what scripts call so."""
        sources = {"security", "javascript"}
        said: list[Any] = self.chromium.get_log("browser")
        return [
            entry["message"]
            for entry in said
            if entry["source"] in sources
            or (of_scripts and (entry["source"], entry["level"]) == ("console-api", "SEVERE"))
        ]

    def barriers(self) -> list[str]:
        """Return what axe finds on the open page that keeps people out: its serious and critical findings."""
        found = Axe().run(self.chromium)
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            if rule["impact"] in _SERIOUS
            for node in rule["nodes"]
        ]

    def log_in(self, name: str = "oficina", password: str = PASSWORD) -> None:
        """Come in as the sample's first person, who may do everything, or as one that was made for the test."""
        self.open("/cuenta/entrar/")
        self.write("[name=login]", name)
        self.write("[name=password]", self.password if (name, password) == ("oficina", PASSWORD) else password)
        self.press("main button")

    def log_out(self) -> None:
        self.chromium.delete_all_cookies()

    def log_out_elsewhere(self) -> None:
        """End the session as another tab, or the clock, does: the page that is open does not know."""
        self.chromium.delete_cookie("sessionid")

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """Look at pages that run no script."""
        self.chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            yield
        finally:
            self.chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    @contextmanager
    def at(self, width: int) -> Iterator[None]:
        """Look at pages in a window so wide, as a telephone is below 600 pixels."""
        size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 600}
        self.chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            yield
        finally:
            self.chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def picture(self, file: Path) -> None:
        """Keep a picture of the whole page as PNG."""
        whole = self.chromium.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b64decode(whole["data"]))

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.chromium.execute_script(_OVERFLOW))

    def looks_well(self, path: str, pictures: Path | None = None) -> None:
        """Open a page at both widths, and assert that it fits, that nothing complains, and that axe finds no barrier.

        With a folder for `pictures` it leaves one of each width there: look at them.
        """
        for width in WIDTHS:
            with self.at(width):
                self.open(path)
                self.one("h1")
                if pictures:
                    name = path.partition("?")[0].strip("/").replace("/", "-") or "inicio"
                    self.picture(pictures / f"{name}-{width}.png")
                assert (path, width, self.overflow()) == (path, width, 0)
                assert (path, width, self.complaints(of_scripts=True)) == (path, width, [])
                assert (path, width, self.barriers()) == (path, width, [])
