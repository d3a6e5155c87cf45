"""How it is shown whose sight a move in the tree changes."""

from rest_framework import serializers

from units.choices import Role
from units.serializers.references import ReferenceSerializer


class KeyInSightSerializer(serializers.Serializer):
    """A machine client that comes to see a unit, or does not any more."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    role = serializers.ChoiceField(Role.choices, read_only=True)
    unit = ReferenceSerializer(read_only=True)


class PersonInSightSerializer(serializers.Serializer):
    """A person who comes to see a unit, or does not any more, by a membership."""

    id = serializers.IntegerField(read_only=True, help_text="El de la membresía.")
    user = serializers.CharField(source="user.username", read_only=True)
    role = serializers.ChoiceField(Role.choices, read_only=True)
    unit = ReferenceSerializer(read_only=True)


class HoldersSerializer(serializers.Serializer):
    """Those who come to see a unit, or those who do not any more."""

    clients = KeyInSightSerializer(many=True, read_only=True)
    people = PersonInSightSerializer(many=True, read_only=True)
    not_shown = serializers.IntegerField(read_only=True, help_text="Cuántos más hay, que usted no administra.")


class SightChangeSerializer(serializers.Serializer):
    """Whose sight a move changes."""

    gained = HoldersSerializer(read_only=True, help_text="Quiénes pasan a ver la unidad.")
    lost = HoldersSerializer(read_only=True, help_text="Quiénes dejan de verla.")
