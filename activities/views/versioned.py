"""Answers with programmed quantities: `version=` says of which version (domain.md, rule 8)."""

from activities.figures import basis_from
from units.parameters import Parameters
from units.resources import ResourceViewSet

_READING = {"GET", "HEAD"}


class VersionedMixin(ResourceViewSet):
    """Lets a question that reads choose a version."""

    def check_query(self, *allowed: str) -> None:
        super().check_query(*allowed, *(["version"] if self.request.method in _READING else []))

    def chosen_version(self) -> int | None:
        """Return the version asked for, None for the current one. Raises ValidationError naming the parameter."""
        query = self.request.query_params
        return basis_from(Parameters(query, query)).version
