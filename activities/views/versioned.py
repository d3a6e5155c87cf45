"""Answers with programmed quantities: `version=` says of which version (domain.md, rule 8)."""

from typing import Any

from activities.models import Plan
from activities.queries.basis import Basis
from activities.queries.latest_version import refuse_unknown_version
from activities.serializers.basis import VersionQuery
from units.requests.resources import RetrieveMixin


class VersionedMixin(RetrieveMixin):
    """Lets a question that reads choose a version."""

    detail_query = VersionQuery

    def chosen_version(self, version: int | None, plans: Any) -> int | None:
        """Return the `version` asked for of plans with the ids `plans`, None for the current one.

        Raises ValidationError naming the parameter.
        """
        refuse_unknown_version(Basis(version, self.moment), lambda: Plan.objects.filter(pk__in=plans))
        return version
