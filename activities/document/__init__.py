"""The pure reader of the source document; imports no Django and writes nothing."""

from activities.document.document import Document
from activities.document.model import Alternative, DocumentError, Problem, Repair, Row, Stated
from activities.document.reading import read_document

__all__ = ["Alternative", "Document", "DocumentError", "Problem", "Repair", "Row", "Stated", "read_document"]
