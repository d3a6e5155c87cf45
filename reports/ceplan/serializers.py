"""The shape of `/reports/ceplan/`, for the schema alone."""

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from reports.ceplan.columns import COLUMNS, columns_of
from reports.ceplan.statement import ABOUT
from reports.shared.columns import RowSerializer, names
from reports.shared.serializers import ReportPageSerializer, page_example

_MARCH = {
    "POI": 2026,
    "UE ID": "000127",
    "UE": "INSTITUTO NACIONAL",
    "CC Responsable ID": "04",
    "CC Responsable": "DIRECCIÓN DE INVESTIGACIÓN",
    "Centro Costo ID": "04.01",
    "Centro de Costo": "DEPARTAMENTO DE OBSTETRICIA",
    "OEI": "OEI.02",
    "Objetivo Estrategico Institucional": "REDUCIR LOS RIESGOS",
    "AEI": "AEI.02.02",
    "Acción Estratégica Institucional": "INTERVENCIONES IMPLEMENTADAS",
    "Categoria ID": "0002",
    "Categoria": "SALUD MATERNO NEONATAL",
    "Producto ID": "3033291",
    "Producto": "POBLACIÓN CON ACCESO A MÉTODOS",
    "Actividad Presupuestal ID": "5000042",
    "Actividad Presupuestal": "MEJORAMIENTO DEL ACCESO",
    "Actividad Operativa ID": "AOI00012700001",
    "Actividad Operativa": "ATENCIÓN DE PAREJAS",
    "Prioridad": "1 : Muy Alta",
    "UM ID": "206",
    "Unidad de Medida": "PAREJA PROTEGIDA",
    "Acumulado": "SI",
    "Dep. UBIGEO": "15",
    "Departamento Nombre UBIGEO": "LIMA",
    "Prov. UBIGEO": "01",
    "Provincia Nombre UBIGEO": "LIMA",
    "Dis. UBIGEO": "01",
    "Distrito Nombre UBIGEO": "LIMA",
    "F(CS) 03": 7,
    "F(RE) 03": 13,
    "F(SE) 03": 12,
    "Motivo(SE) 03": "Faltó personal",
    "Incorporado": "NO",
    "Activo AO": "SI",
}
_ACTIVITY = {"id": 7, "code": "AOI00012700001", "name": "ATENCIÓN DE PAREJAS"}
_INSTITUTION = {"id": 1, "code": "000127", "name": "INSTITUTO NACIONAL"}
_EXAMPLE = page_example(
    {
        "activity": _ACTIVITY,
        "year": 2026,
        "institution": _INSTITUTION,
        "columns": {title: _MARCH[title] for title in names(columns_of(3))},
    },
    month=3,
)
_COLUMNS = "Los valores por el título de su columna en la exportación de CEPLAN, en su orden: " + ", ".join(
    f"`{title}`" for title in names(COLUMNS)
)


@extend_schema_field({"type": ["string", "number", "null"]})
class CellField(serializers.Field):
    """A text, a quantity or nothing."""


class CeplanRowSerializer(RowSerializer):
    """An activity and what CEPLAN's columns say of it; with `month` without other months and totals."""

    members = ABOUT

    columns = serializers.DictField(child=CellField(), help_text=_COLUMNS)


@extend_schema_serializer(examples=[OpenApiExample("Un mes", value=_EXAMPLE)], many=False)
class CeplanSerializer(ReportPageSerializer):
    month = serializers.IntegerField(allow_null=True, help_text="El mes pedido; nulo si son todos.")
    results = CeplanRowSerializer(many=True)
