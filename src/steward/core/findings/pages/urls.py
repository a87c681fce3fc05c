from django.urls import path

from steward.core.findings.pages import views

app_name = "findings"
prefix = "findings/"
urlpatterns = [
    path("", views.finding_list, name="list"),
    path("<int:finding_id>/", views.detail, name="detail"),
    path("<int:finding_id>/recheck/", views.recheck, name="recheck"),
    path("<int:finding_id>/accept/", views.accept, name="accept"),
]
