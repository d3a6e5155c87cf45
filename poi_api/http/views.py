"""What the views of every address share."""

from typing import Any

from django.http import HttpResponse
from rest_framework.views import APIView


class MethodsToldMixin(APIView):
    """Answers OPTIONS with the methods of the address alone, in `Allow`, which every answer of a view has.

    Alike for all who may ask, whether what the path names is there or not.
    """

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        answer = HttpResponse(status=204)
        del answer.headers["Content-Type"]
        return answer
