"""Debian's Chromium, and a service with the sample, for every test of a page."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from tests.browser.visitor import PASSWORD, Visitor
from tests.poi_api.processes import python
from tests.service_process import served
from units.choices import Role

_MAKE_PERSON = """
from django.contrib.auth.models import User
from units.models import Membership, Unit
person = User.objects.create_user({name!r}, password={password!r})
unit = {unit!r}
Membership.objects.create(user=person, role={role!r}, unit=Unit.objects.get(code=unit) if unit else None)
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        assert "BROWSER_TESTS" not in os.environ, "Chromium was to be there"
        pytest.skip("there is no Chromium here: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1440,1000",
        "--lang=es-PE",
    ):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = Chrome(options=options, service=ChromeService(executable_path=driver))
    yield chrome
    chrome.quit()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service") / "data"


@pytest.fixture(scope="module")
def service(data_dir: Path) -> Iterator[str]:
    """The address of a service with the sample, whose first person may do everything."""
    with served(data_dir) as (_, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def made_people(service: str, data_dir: Path) -> Callable[..., None]:
    """Make people: of each the name, and a role on the unit with that code ("": the installation)."""

    def make(*people: tuple[str, Role, str]) -> None:
        told = [dict(zip(("name", "role", "unit"), person, strict=True), password=PASSWORD) for person in people]
        made = "".join(_MAKE_PERSON.format(**{**each, "role": Role(each["role"]).value}) for each in told)
        manage(data_dir, "shell", "--verbosity", "0", "--command", made)

    return make


@pytest.fixture
def made_person(made_people: Callable[..., None]) -> Callable[[str, Role, str], None]:
    """Make a person of that name with a role on the unit with that code ("": the installation)."""

    def make(name: str, role: Role, unit: str = "") -> None:
        made_people((name, role, unit))

    return make


@pytest.fixture
def visitor(chromium: Chrome, service: str, data_dir: Path) -> Visitor:
    made = Visitor(chromium, service, (data_dir / "oficina_password").read_text().strip())
    made.open("/cuenta/entrar/")
    chromium.delete_all_cookies()
    made.complaints()
    return made


@pytest.fixture
def pictures() -> Path | None:
    """The folder for pictures of pages, where the environment names one as PICTURES."""
    folder = os.environ.get("PICTURES")
    return Path(folder) if folder else None


def manage(data_dir: Path, *command: str, **variables: str) -> None:
    with python("manage.py", *command, data_dir=data_dir, **variables) as process:
        said, _ = process.communicate()
    assert process.returncode == 0, said
