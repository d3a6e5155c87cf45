"""How the diagnosis of a document is shown; for the schema alone, since reports come as they are kept."""

from rest_framework import serializers

from activities.choices import Accumulation, RowStatus
from activities.serializers.fields import QuantityField, TotalQuantityField
from units.serializers.references import ReferenceSerializer

MONTHS = [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]
ROW = {
    "line": 7,
    "unit": "PLANIFICACIÓN",
    "mef_activity": "GESTIÓN ADMINISTRATIVA",
    "activity": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL",
    "measurement_unit": "INFORMES",
    "status": "exact",
    "programmed": MONTHS,
    "executed": [None, *MONTHS[1:]],
    "annual_target": 4,
    "repairs": [],
    "alternatives": [],
    "confirmed": False,
    "doubts": [],
    "problems": [],
    "said": {"accumulation": "NO", "read_as": "sum", "totals": [{"block": "CS", "total": 4}]},
    "applied": None,
}
RENAME = {
    "activity": {"id": 7, "code": "A007", "name": "DIGITACION DE ACTAS"},
    "unit": {"id": 3, "code": "SAT-U02", "name": "PLANIFICACIÓN"},
    "candidates": [{"line": 12, "name": "DIGITALIZACIÓN DE ACTAS"}],
}


def _months() -> serializers.ListField:
    return serializers.ListField(child=QuantityField(allow_null=True), min_length=12, max_length=12)


class PlacedSerializer(serializers.Serializer):
    """Something to know of a document, and where it stands."""

    code = serializers.CharField()
    detail = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)


class RepairSerializer(serializers.Serializer):
    block = serializers.CharField(help_text="`programado`, `ejecutado`, `trimestre` o `meta`.")
    month = serializers.IntegerField(allow_null=True)
    quarter = serializers.IntegerField(allow_null=True)
    action = serializers.CharField(help_text="`add`, `drop` o `change`.")
    printed = TotalQuantityField(allow_null=True)
    taken = TotalQuantityField(allow_null=True)
    cost = serializers.IntegerField()
    description = serializers.CharField()


class AlternativeSerializer(serializers.Serializer):
    alternative = serializers.IntegerField(help_text="Su número, con el que se elige.")
    programmed = _months()
    executed = _months()
    cost = serializers.IntegerField()


class AppliedRowSerializer(serializers.Serializer):
    activity = ReferenceSerializer()
    reading = serializers.IntegerField(help_text="0: la que se tomó al leer; si no, el número de la elegida.")
    doubts = serializers.ListField(child=serializers.CharField(), help_text="Lo que siguió en duda.")


class BlockTotalSerializer(serializers.Serializer):
    """The total of a block of figures, as the document prints it."""

    block = serializers.CharField(help_text="Como lo llama el documento: `CS`, `RE`, `SE`.")
    total = TotalQuantityField(allow_null=True)


class SaidSerializer(serializers.Serializer):
    """What a document says in its own words beside its figures."""

    accumulation = serializers.CharField(allow_blank=True, help_text="Su palabra: `SI`, `NO`; vacía: ninguna.")
    read_as = serializers.ChoiceField(Accumulation.choices, allow_null=True, help_text="La regla con que se leyó.")
    totals = BlockTotalSerializer(many=True)


class ReadRowSerializer(serializers.Serializer):
    """A row as it was read."""

    line = serializers.IntegerField()
    unit = serializers.CharField()
    mef_activity = serializers.CharField()
    activity = serializers.CharField()
    measurement_unit = serializers.CharField()
    status = serializers.ChoiceField(RowStatus.choices)
    programmed = _months()
    executed = _months()
    annual_target = TotalQuantityField(allow_null=True)
    repairs = RepairSerializer(many=True)
    alternatives = AlternativeSerializer(many=True)
    confirmed = serializers.BooleanField(help_text="Si las columnas no dejan otra lectura.")
    doubts = serializers.ListField(
        child=serializers.CharField(), help_text="Los títulos de las cifras en que sus lecturas difieren."
    )
    problems = PlacedSerializer(many=True)
    said = SaidSerializer(allow_null=True, help_text="Con sus palabras: cómo acumula y sus totales; nulo: no lo dice.")
    applied = AppliedRowSerializer(allow_null=True, help_text="En qué actividad se escribió; nulo: no se ha escrito.")


class RowLineSerializer(ReadRowSerializer):
    """A row as a line of a table: what was noticed of it in texts, its other readings as JSON."""

    def get_fields(self) -> dict[str, serializers.Field]:
        texts = {name: serializers.ListField(child=serializers.CharField()) for name in ("repairs", "problems")}
        return {**super().get_fields(), **texts}


class RowCountsSerializer(serializers.Serializer):
    """How many rows there are of some kinds."""

    found = serializers.IntegerField(help_text="Las que dejan los filtros; de ellas se muestra una parte.")
    noted = serializers.IntegerField(help_text="Las que tienen algo que mirar: reparaciones, problemas o dudas.")
    to_choose = serializers.IntegerField(help_text="Las que tienen varias lecturas y nada que decida entre ellas.")


class TotalsSerializer(serializers.Serializer):
    stated = TotalQuantityField(allow_null=True)
    imported = TotalQuantityField()
    difference = serializers.DecimalField(max_digits=30, decimal_places=3, allow_null=True)


class RecodedSerializer(serializers.Serializer):
    """Something that the document names by a code under which it is not kept."""

    kind = serializers.CharField(help_text="`unit`, `mef_activity`, `measurement_unit` o `activity`.")
    name = serializers.CharField()
    printed = serializers.CharField(help_text="El código del documento.")
    code = serializers.CharField(help_text="El que tiene aquí.")


class InactiveSerializer(serializers.Serializer):
    """An activity that a document calls inactive."""

    line = serializers.IntegerField()
    code = serializers.CharField(allow_blank=True)
    activity = serializers.CharField()


class ChangesMadeSerializer(serializers.Serializer):
    """What bringing a document in makes and changes, in counts."""

    institution = serializers.IntegerField()
    plan = serializers.IntegerField()
    version = serializers.IntegerField(allow_null=True, help_text="En qué versión quedan las metas que cambian.")
    versions = serializers.ListField(child=serializers.IntegerField(), help_text="Las versiones que hace.")
    units = serializers.IntegerField()
    mef_activities = serializers.IntegerField()
    measurement_units = serializers.IntegerField()
    activities = serializers.IntegerField()
    targets = serializers.IntegerField()
    corrected = serializers.IntegerField(help_text="Actividades cuya medida, actividad MEF o acumulación se corrige.")
    moved = serializers.IntegerField(help_text="Actividades que pasan a otra unidad.")
    classified = serializers.IntegerField(help_text="Actividades que se clasifican de otro modo.")
    renamed = serializers.IntegerField(help_text="Actividades que toman el nombre de la línea elegida.")
    entries_created = serializers.IntegerField()
    entries_updated = serializers.IntegerField()
    entries_unchanged = serializers.IntegerField()
    executed_left_out = serializers.IntegerField(help_text="Cifras que un borrador no toma.")
    recoded = RecodedSerializer(many=True, help_text="Lo que se guarda con otro código que el del documento.")
    unit_codes = serializers.DictField(
        child=serializers.IntegerField(), help_text="El id de cada unidad, por el código que tiene en el documento."
    )


# What the example made; of all else that is counted there is none
_MADE = {"plan": 1, "version": 1, "versions": [1], "units": 1, "activities": 1, "targets": 1, "entries_created": 11}
CHANGES = dict.fromkeys(ChangesMadeSerializer().fields, 0) | _MADE | {"recoded": [], "unit_codes": {}}
SUMMARY = {
    "rows": 1,
    "exact": 1,
    "repaired": 0,
    "inferred": 0,
    "rejected": 0,
    "left_out": [],
    "inactive": [],
    "repairs": 0,
    "year_source": "línea 1, título",
    "warnings": [],
    "result": "imported",
    "dry_run": True,
    "changes": CHANGES,
}


class SummarySerializer(serializers.Serializer):
    rows = serializers.IntegerField()
    exact = serializers.IntegerField()
    repaired = serializers.IntegerField()
    inferred = serializers.IntegerField()
    rejected = serializers.IntegerField()
    left_out = serializers.ListField(child=serializers.IntegerField())
    inactive = InactiveSerializer(many=True, help_text="Actividades que ya no están activas: no se leyeron.")
    repairs = serializers.IntegerField()
    year_source = serializers.CharField(allow_blank=True)
    warnings = PlacedSerializer(many=True)
    result = serializers.ChoiceField([("imported", "Cambia algo"), ("unchanged", "No cambia nada")])
    dry_run = serializers.BooleanField()
    changes = ChangesMadeSerializer()


class CandidateSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    name = serializers.CharField()


class RenameSerializer(serializers.Serializer):
    """An activity that the document does not name, and the new names that may be its own."""

    activity = ReferenceSerializer()
    unit = ReferenceSerializer()
    candidates = CandidateSerializer(many=True)
