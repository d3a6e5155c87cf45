"""What a role lets a caller do."""

from typing import TYPE_CHECKING, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from units.access.grants import Access
from units.choices import Role

if TYPE_CHECKING:
    from rest_framework.views import APIView


def access_of(request: Request) -> Access:
    """Return what the caller of an authenticated request may do."""
    return cast(Access, request.user)


class HoldsRole(BasePermission):
    """Lets in every caller with a role somewhere.

    One without any sees nothing: an object is a 404 for it, like all that is out of sight (that is said
    where the object is looked up), and a list is a 403.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user:
            return False
        return access_of(request).holds(Role.READER) or bool(view.kwargs)
