"""History in the words of people, and which acts are told to whom."""

import pytest

from activities.pages import history_words  # noqa: F401 - says what is done to activities
from tests import factories as make
from tests.units.history.test_recorder import last
from units.access.grants import Access, Grant
from units.choices import Role
from units.history.latest import Act, Part, latest_acts
from units.models import Unit
from units.pages.words import thing, what, who

pytestmark = pytest.mark.django_db


def reader(unit: Unit | None) -> Access:
    return Access(actor="user:a", grants=(Grant(Role.READER, unit.pk if unit else None),))


def test_who_did_it() -> None:
    assert [who(actor) for actor in ("user:mquispe", "client:Tablero", "import_poi", "database:poi")] == [
        "mquispe",
        "Sistema Tablero",
        "El servicio (import_poi)",
        "El servicio (poi)",
    ]


def test_what_was_done_to_how_many() -> None:
    assert [thing("activity"), thing("activity", 2)] == ["actividad POI", "actividades POI"]
    parts = [Part("progress_entry", "created", 1200), Part("plan", "updated", 1), Part("unit", "deleted", 2)]
    act = Act("", None, "user:a", "porque sí", parts)  # type: ignore[arg-type]
    assert what(act) == "registró 1,200 avances; modificó 1 plan operativo; eliminó 2 unidades"


@pytest.mark.parametrize(("more", "ending"), [(1, "; y otra cosa más"), (2, "; y 2 cosas más")])
def test_of_many_kinds_the_first_are_told(more: int, ending: str) -> None:
    parts = [Part("unit", "created", 1)] * (3 + more)
    assert what(Act("", None, "user:a", "", parts)).endswith(ending)  # type: ignore[arg-type]


def test_acts_are_told_to_those_who_see_their_objects(sat: Unit, unit: Unit) -> None:
    elsewhere = make.unit(make.institution("OTRA", "OTRA INSTITUCIÓN"))
    make.settle()
    assert last("unit").object_id == elsewhere.pk
    (all_acts,) = latest_acts(reader(None), 5)
    (of_one,) = latest_acts(reader(unit), 5)
    assert [(part.entity, part.count) for part in all_acts.parts] == [("unit", 4)]
    assert [(part.entity, part.count) for part in of_one.parts] == [("unit", 1)]
    assert latest_acts(reader(None), 0) == []
