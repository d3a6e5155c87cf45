"""A proof's address is one that a browser can open, and leads where it seems to."""

import pytest

from activities.serializers.links import is_link


@pytest.mark.parametrize(
    "text",
    [
        "https://intranet.example/informes/marzo?id=1#p2",
        "http://srv_01/x",
        "http://localhost",
        "HTTPS://SAT.gob.pe",
        "http://10.0.0.1:8080/a",
        "https://[::1]:443/",
        "http://a.example:1",
        "http://a.example:65535/",
        "http://a.example:/",
        "http://ñandú.pe/",
        "http://a.example./",
        "https://a.example/@quien?a=b@c",
        "https://" + "a" * 63 + ".pe",
    ],
)
def test_what_a_browser_opens_is_one(text):
    assert is_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example:0/",
        "https://a.example:65536/",
        "https://a.example:99999/",
        "https://a.example:x/",
        "https://a.example:-1/",
        "https://a.example:٣/",
        "https://:80/",
        "https:///x",
        "https:a.example",
        "//a.example/",
        "https://.../",
        "https://a..example/",
        "https://.a.example/",
        "https://-a.example/",
        "https://a-.example/",
        "https://*.example/",
        "https://%61.example/",
        "https://a\\b/",
        "https://a,b/",
        "http://1.2.3/",
        "http://999.1.1.1/",
        "http://a.1/",
        "http://[zz]/",
        "http://[::1",
        "http://::1/",
        "https://" + "a" * 64 + ".pe",
        "https://" + ".".join(["a" * 60] * 5),
        "https://a.example/\u202efdp.exe",
    ],
)
def test_no_other_is(text):
    assert not is_link(text)


@pytest.mark.parametrize("user", ["sat.gob.pe", "u:p", "", ":"])
def test_one_with_a_user_before_its_host_is_none(user):
    assert not is_link(f"https://{user}@a.example/")
