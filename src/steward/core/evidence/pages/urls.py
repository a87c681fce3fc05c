from django.urls import path

from steward.core.evidence.pages import views

app_name = "evidence"
prefix = "evidence/"
urlpatterns = [
    path("", views.record_list, name="list"),
    path("<int:record_id>/", views.detail, name="detail"),
    path("seals/<str:contract>/", views.seals, name="seals"),
    path("seals/<str:contract>/bundle/", views.bundle, name="bundle"),
]
