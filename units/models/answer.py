"""The first good answer to a request that may be sent again (`Idempotency-Key`, api.md)."""

from django.db import models
from django.db.models.functions import Now


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
        verbose_name = "respuesta guardada"
        verbose_name_plural = "respuestas guardadas"
        indexes = [models.Index(fields=["created_at"], name="answer_created_at")]
        constraints = [
            models.UniqueConstraint(
                name="answer_once_per_key",
                fields=["caller", "path", "key"],
                violation_error_message="La clave de idempotencia ya se usó.",
            ),
            models.CheckConstraint(
                name="answer_is_success",
                condition=models.Q(status__gte=200, status__lt=300),
                violation_error_message="Solo se guardan respuestas de éxito.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.path} {self.key}"
