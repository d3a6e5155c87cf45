"""A form with a file as a body (multipart/form-data), for what the API takes as a form."""

import secrets
from collections.abc import Mapping
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import HTTP
from typing import Any

_PART = "Content-Disposition"


def form_with_file(fields: Mapping[str, str], file: Any) -> tuple[bytes, str]:
    """Return the body that has these texts and an uploaded file as `file`, and its media type."""
    form = MIMEMultipart("form-data", boundary=secrets.token_hex(16))
    for name, text in fields.items():
        part: Any = MIMEText(text, "plain", "utf-8")
        part.add_header(_PART, "form-data", name=name)
        form.attach(part)
    part = MIMEApplication(file.read())
    part.add_header(_PART, "form-data", name="file", filename=("utf-8", "", file.name))
    form.attach(part)
    _, _, body = form.as_bytes(policy=HTTP).partition(b"\r\n\r\n")
    return body, str(form["Content-Type"])
