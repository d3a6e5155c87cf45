"""Paths of the pages about plans, activities and progress."""

from django.urls import path

from activities.pages.month_story import MonthStoryPage, MonthWithdrawalPage
from activities.pages.month_upload import MonthUploadPage
from activities.pages.my_month import MyMonthPage
from activities.pages.review import ReviewPage

urlpatterns = [
    path("mi-mes/", MyMonthPage.as_view(), name="my_month"),
    path("mi-mes/plantilla/", MonthUploadPage.as_view(), name="month_upload"),
    path("mi-mes/<int:activity>/<int:month>/", MonthStoryPage.as_view(), name="month_story"),
    path("mi-mes/<int:activity>/<int:month>/retirar/", MonthWithdrawalPage.as_view(), name="month_withdrawal"),
    path("revision/", ReviewPage.as_view(), name="review"),
]
