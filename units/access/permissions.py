"""What a role lets a caller do."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from units.access.grants import Access
from units.access.lookup import State
from units.choices import Role

if TYPE_CHECKING:
    from rest_framework.views import APIView


def access_of(request: Request) -> Access:
    """Return what the caller of an authenticated request may do."""
    return cast(Access, request.user)


def state_of(request: Request | HttpRequest) -> State:
    """Return the state of the database in which the caller's access was read."""
    asked: Any = request
    return cast(State, asked.auth)


class HoldsRole(BasePermission):
    """Lets in every caller with a role somewhere.

    One without any sees nothing: an object is a 404 for it, like all that is out of sight (that is said
    where the object is looked up), and a list is a 403.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user:
            return False
        return access_of(request).holds(Role.READER) or bool(view.kwargs)
