"""The view of every page that a person works on; `docs/architecture.md`, "Pages", shows how to make one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views import View

from poi_api.http.exceptions import Conflict
from poi_api.http.request_ids import request_id_of
from units.access.grants import Access
from units.access.lookup import State, confirmed_person
from units.choices import Role
from units.history.change_sets import recorded_transaction
from units.pages.api import Api, Problem, query_text, said_as_problem
from units.pages.page_form import PageForm
from units.pages.refusals import no_role, refused
from units.serializers.moment import MomentQuery

_ASKING = ("GET", "HEAD", "POST")
_ENDED = "Su sesión terminó y no se guardó nada. Entre, y llene de nuevo el formulario."
_ONLY_READ = "Un día pasado solo se lee: vuelva a lo de hoy. No se guardó nada."


class Page(View):
    """A page for who is logged in and has a role; who is not comes in first, who has none is told whom to ask.

    `api` asks the API as this person, `access` says what the person may, `state` which day it is. What the API or a
    service refuses and the view does not answer itself becomes a page that says so, with the API's status and words.
    """

    template_name: ClassVar[str]
    width: ClassVar[str] = ""  # the class of `main` (pages.css): the whole width
    needs_role: ClassVar[bool] = True
    least_role: ClassVar[Role | None] = None
    api: Api
    access: Access
    state: State

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method == "POST":
                messages.warning(request, _ENDED)
            return redirect_to_login(request.get_full_path())
        self.access, self.state = confirmed_person(request.user)
        self.api = Api(request)
        if self.needs_role and not self.access.holds(Role.READER):
            return no_role(request)
        request.access = self.access  # type: ignore[attr-defined]
        try:
            with said_as_problem():
                if request.method in _ASKING and not self.admits():
                    raise PermissionDenied
                answer = super().dispatch(request, *args, **kwargs)
        except Problem as problem:
            answer = refused(request, problem)
        except ImmediateHttpResponse as at_once:
            answer = at_once.response
        if "Cache-Control" not in answer.headers:
            add_never_cache_headers(answer)
        return answer

    def admits(self) -> bool:
        """Tell whether the page is for this person: for who holds its `least_role`, at which no address looks."""
        return self.least_role is None or self.access.holds(self.least_role)

    def asked(self, *names: str) -> dict[str, str]:
        """Return what the page's query string says of these, which are called as in the API; blanks are left out."""
        return {name: value for name in names if (value := self.request.GET.get(name, "").strip())}

    @cached_property
    def moment(self) -> datetime | None:
        """The past moment that `as_of` asks about, None for now. Raises ValidationError where the API refuses it."""
        moment: datetime | None = MomentQuery.read(QueryDict(query_text(self.asked("as_of"))))["as_of"]
        return moment

    @property
    def as_of(self) -> str:
        """The past day or moment that the page is open as of, as its links say it; "" for today's."""
        return self.asked("as_of")["as_of"] if self.moment else ""

    @property
    def day_read(self) -> date:
        """The day in Lima that the page is about: that of `moment`, else today."""
        return timezone.localdate(self.moment) if self.moment else self.state.day

    def require_today(self) -> None:
        """Raise Conflict where the page is open as of a past day, on which nothing can be done."""
        if self.moment:
            raise Conflict("only_read", _ONLY_READ)

    def recorded(self) -> AbstractContextManager[None]:
        """Return what records its block as one act of the person, for what the API has no address for."""
        return recorded_transaction(
            actor=self.access.actor, user_id=self.access.user_id, request_id=request_id_of(self.request)
        )

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """Return the page, made of its template."""
        shown = {"page": self, "day": self.state.day, "as_of": self.as_of, **context}
        return render(self.request, self.template_name, shown, status=status)


class FormPage(Page):
    """A page with one form: `form_class` says its fields, `save` does what it is for, and leads on to a page.

    What the API refuses is said at the form's fields, and what was typed is there still.
    """

    form_class: ClassVar[type[PageForm]]
    width = "middle"

    def form(self, *typed: Any, **more: Any) -> PageForm:
        """Return the form, with what was typed where it was sent; it may ask the page for what can be chosen."""
        return self.form_class(*typed, page=self, **more)

    def initial(self) -> dict[str, Any]:
        """Return what the form holds at first."""
        return {}

    def context(self) -> dict[str, Any]:
        """Return what the page shows besides its form."""
        return {}

    def save(self, form: PageForm) -> str:
        """Do what the form asks; return the address to go on to, "" to stay. What is refused is said in the form."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(form=self.form(initial=self.initial()), **self.context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        goes_on, status = done(form, self.save)
        return self.leave(goes_on) if goes_on else self.show(status, form=form, **self.context())

    def told(self, text: str, address: str) -> str:
        """Have the page at an address tell what was done; return that address, as `save` does."""
        messages.success(self.request, text)
        return address

    def leave(self, address: str) -> HttpResponse:
        """Return the answer to a form that was saved, which leads on to an address."""
        return HttpResponseRedirect(address)


class OneActPage(FormPage):
    """A form of one act, whose page says `title`, `button` and the address to go `back` to, where nothing was done.

    `danger`: it takes something away. A page may have the `etag` of what the person saw, which the form sends along,
    and `held` is what was sent: it is 412 where somebody was faster. What is to be known of the act is `said`, or its
    template says it in a block of that name, a heading other than the title in `heading`, any other head in `top`. A
    form that is shown otherwise than field by field has a template in `fields`.
    """

    template_name = "pages/one_act.html"
    button: str
    said = ""
    danger = False

    @property
    def title(self) -> str:
        raise NotImplementedError

    @property
    def held(self) -> str:
        return self.request.POST.get("etag", "")


class ShownOncePage(OneActPage):
    """A form after which something is shown that nobody can see again: a link for a password, a machine's key.

    It is shown at once, on a page that is not kept: `save` returns `self.show_once(…)`.
    """

    shown_template: ClassVar[str] = "pages/shown_once.html"
    _shown: dict[str, Any]

    def show_once(self, **shown: Any) -> str:
        """Keep what the answer shows: `title`, `secret`, `detail`, and `back`, which is returned."""
        self._shown = shown
        return str(shown["back"])

    def leave(self, address: str) -> HttpResponse:
        return render(self.request, self.shown_template, {"page": self, **self._shown})


def done(form: PageForm, save: Callable[[Any], str]) -> tuple[str, int]:
    """Return where `save` leads, or "" and the status with which the form is shown again, what is wrong said in it."""
    if not form.is_valid():
        return "", 400
    try:
        with said_as_problem():
            return save(form), 200
    except Problem as problem:
        form.refuse(problem)
        return "", problem.status
