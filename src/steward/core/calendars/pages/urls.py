from django.urls import path

from steward.core.calendars.pages import views

app_name = "calendars"
prefix = "calendars/"
urlpatterns = [
    path("", views.first, name="list"),
    path("<slug:code>/", views.year, name="year"),
    path("<slug:code>/notice/", views.notice, name="notice"),
    path("<slug:code>/versions/<int:number>/", views.compare, name="compare"),
]
