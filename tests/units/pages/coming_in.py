"""Coming in with a browser."""

from typing import Any

from django.test import Client

PATH, OUT, PASSWORD = "/cuenta/entrar/", "/cuenta/salir/", "la clave de maría"


def log_in(browser: Client, name: str = "mquispe", password: str = PASSWORD, **more: Any) -> Any:
    return browser.post(PATH, {"login": name, "password": password}, **more)


def is_in(browser: Client) -> bool:
    answer = browser.get("/api/v1/units/")
    assert answer.status_code in {200, 401}
    return answer.status_code == 200
