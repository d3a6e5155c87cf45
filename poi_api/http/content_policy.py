"""What a browser may do with an answer (Content-Security-Policy), by the kind of answer."""

from csp.constants import NONE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

_DATA = {"default-src": [NONE], "base-uri": [NONE], "form-action": [NONE], "frame-ancestors": [NONE]}
# A drawing has its styles in it, and no scripts
_DRAWING = {**_DATA, "style-src": ["'unsafe-inline'"], "sandbox": [True]}
_FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class ContentPolicyMiddleware(CSPMiddleware):
    """Gives pages the policy of the settings, drawings their styles alone, and data nothing."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        if report_only:
            return PolicyParts()
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind == "text/html":
            response.headers["Permissions-Policy"] = _FEATURES
            return super().get_policy_parts(request, response)
        return PolicyParts(config=_DRAWING if kind == "image/svg+xml" else _DATA)
