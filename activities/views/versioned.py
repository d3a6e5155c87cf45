"""Answers with programmed quantities: `version=` says of which version (domain.md, rule 8)."""

from typing import Any

from activities.models import Plan
from activities.queries.basis import Basis
from activities.queries.latest_version import refuse_unknown_version
from activities.serializers.basis import VersionQuery
from units.requests.resources import ResourceViewSet

_READING = {"GET", "HEAD"}


class VersionedMixin(ResourceViewSet):
    """Lets a question that reads choose a version."""

    def check_query(self, *allowed: str) -> None:
        super().check_query(*allowed, *(["version"] if self.request.method in _READING else []))

    def chosen_version(self, plans: Any) -> int | None:
        """Return the version asked for of plans with the ids `plans`, None for the current one.

        Raises ValidationError naming the parameter.
        """
        query = self.request.query_params
        basis = Basis(VersionQuery.read(query, others=query)["version"], self.moment())
        refuse_unknown_version(basis, lambda: Plan.objects.filter(pk__in=plans))
        return basis.version
