"""The first good answer to a request that may be sent again (`Idempotency-Key`: api.md, "Writes")."""

from django.db import models
from django.db.models.functions import Now

from units.models.constraints import check, unique


class StoredAnswer(models.Model):
    """What was answered to one caller, path and key; kept for seven days."""

    caller = models.CharField("quién", max_length=64)
    path = models.CharField("ruta", max_length=500)
    key = models.CharField("clave", max_length=255)
    request_hash = models.BinaryField("huella de la solicitud", max_length=32)
    status = models.PositiveSmallIntegerField("estado")
    headers = models.JSONField("cabeceras")
    body = models.BinaryField("contenido")
    created_at = models.DateTimeField("guardada", db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="answer_created_at")]
        constraints = [
            unique("answer_once_per_key", ["caller", "path", "key"], "La clave de idempotencia ya se usó."),
            check(
                "answer_is_success", models.Q(status__gte=200, status__lt=300), "Solo se guardan respuestas de éxito."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.path} {self.key}"
