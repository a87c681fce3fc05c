from django.urls import path

from steward.core.audit.pages import views

app_name = "audit"
prefix = "audit/"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("<int:entry_id>/", views.entry, name="entry"),
]
