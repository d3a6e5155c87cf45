"""What one may look at and change of one's own account."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from units.models import AccountEvent
from units.pages.account_story import story_of
from units.pages.page import Page
from units.services.institution_links import institution_link
from units.services.second_step import codes_left, has_second_step


class OwnAccountPage(Page):
    """How one comes in, and what happened to one's account; for who has no role yet too."""

    template_name, needs_role, width = "account/own_account.html", False, "middle"

    def get(self, request: HttpRequest) -> HttpResponse:
        person: Any = request.user
        return self.show(
            second_step=has_second_step(person),
            codes_left=codes_left(person),
            linked=institution_link(person, settings.OIDC_ISSUER),
            story=story_of(AccountEvent.objects.filter(user=person)),
        )
