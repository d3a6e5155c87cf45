"""How it is shown whose sight a move in the tree changes."""

from rest_framework import serializers

from units.choices import Role
from units.serializers.references import ReferenceSerializer
from units.serializers.shown import Shown


class KeyInSightSerializer(Shown):
    """A machine client that comes to see a unit, or does not any more."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    unit = ReferenceSerializer()


class PersonInSightSerializer(Shown):
    """A person who comes to see a unit, or does not any more, by a membership."""

    id = serializers.IntegerField(help_text="El de la membresía.")
    user = serializers.CharField(source="user.username")
    role = serializers.ChoiceField(Role.choices)
    unit = ReferenceSerializer()


class HoldersSerializer(Shown):
    """Those who come to see a unit, or those who do not any more."""

    clients = KeyInSightSerializer(many=True)
    people = PersonInSightSerializer(many=True)
    not_shown = serializers.IntegerField(help_text="Cuántos más hay, que usted no administra.")


class SightChangeSerializer(Shown):
    """Whose sight a move changes."""

    gained = HoldersSerializer(help_text="Quiénes pasan a ver la unidad.")
    lost = HoldersSerializer(help_text="Quiénes dejan de verla.")
