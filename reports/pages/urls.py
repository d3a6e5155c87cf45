"""Paths of the start page and of those about reports and documents."""

from django.urls import path

from reports.pages.documents import DocumentPage
from reports.pages.publications import (
    ComparisonPage,
    PublicationPage,
    PublicationsPage,
    WithdrawPublicationPage,
)
from reports.pages.publishing import PublishPage
from reports.pages.start import StartPage

_PUBLICATION = "documentos/publicaciones/<int:publication>/"

urlpatterns = [
    path("", StartPage.as_view(), name="home"),
    path("documentos/", DocumentPage.as_view(), name="documents"),
    path("documentos/publicar/", PublishPage.as_view(), name="publish"),
    path("documentos/publicaciones/", PublicationsPage.as_view(), name="publications"),
    path(_PUBLICATION, PublicationPage.as_view(), name="publication"),
    path(f"{_PUBLICATION}comparar/", ComparisonPage.as_view(), name="compare_publication"),
    path(f"{_PUBLICATION}retirar/", WithdrawPublicationPage.as_view(), name="withdraw_publication"),
]
