"""Commands that write links say the address by which people find the service."""

from pathlib import Path
from typing import Any

import pytest

from poi_api.server import addresses, serving


@pytest.fixture(autouse=True)
def nothing_is_said(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR, settings.ALLOWED_HOSTS = tmp_path, ["localhost", "127.0.0.1", "[::1]"]
    settings.HTTPS, settings.CSRF_TRUSTED_ORIGINS = False, []
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_where_nothing_is_said_it_is_the_port_that_a_service_takes() -> None:
    assert addresses.public_address() == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 8001, "http://127.0.0.1:8001"),
        ("0.0.0.0", 8002, "http://127.0.0.1:8002"),
        ("::", 8003, "http://[::1]:8003"),
        ("10.0.0.1", 8004, "http://10.0.0.1:8004"),
    ],
)
def test_it_is_where_the_service_was_started_last(host: str, port: int, address: str) -> None:
    addresses.keep("127.0.0.1", 9999)
    addresses.keep(host, port)
    assert addresses.public_address() == address


def test_the_environment_s_port_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses.keep("127.0.0.1", 8001)
    monkeypatch.setenv("PORT", "8005")
    assert addresses.public_address() == "http://127.0.0.1:8005"
    monkeypatch.setenv("PORT", "x")
    with pytest.raises(addresses.ServingError, match="PORT='x' no es un puerto"):
        addresses.public_address()


@pytest.mark.parametrize(
    ("set_to", "address"),
    [
        ({"ALLOWED_HOSTS": ["localhost", "poi.pe"]}, "http://poi.pe:8001"),
        ({"ALLOWED_HOSTS": ["*"]}, "http://127.0.0.1:8001"),
        ({"ALLOWED_HOSTS": [".poi.pe"], "HTTPS": True}, "https://poi.pe"),
        ({"ALLOWED_HOSTS": ["poi.pe"], "HTTPS": True, "CSRF_TRUSTED_ORIGINS": ["https://a.pe"]}, "https://a.pe"),
    ],
)
def test_a_name_that_settings_know_is_said(settings: Any, set_to: dict[str, Any], address: str) -> None:
    addresses.keep("0.0.0.0", 8001)
    for name, value in set_to.items():
        setattr(settings, name, value)
    assert addresses.public_address() == address
    assert f"'{address}/api/v1/" in serving._announcement(("poi_key", ""))
