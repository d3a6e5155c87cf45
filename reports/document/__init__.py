"""The pure reader of the source document; imports no Django and writes nothing."""

from .document import Document
from .model import Alternative, DocumentError, Problem, Repair, Row, Stated
from .reading import read_document

__all__ = ["Alternative", "Document", "DocumentError", "Problem", "Repair", "Row", "Stated", "read_document"]
