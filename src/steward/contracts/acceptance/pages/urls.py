from django.urls import path

from steward.contracts.acceptance.pages import views

app_name = "acceptance"
prefix = "acceptance/"
urlpatterns = [
    path("", views.listing, name="list"),
    path("ask/<slug:code>/", views.ask, name="ask"),
    path("<int:acceptance_id>/", views.detail, name="detail"),
    path("<int:acceptance_id>/papers/", views.upload, name="paper"),
    path("<int:acceptance_id>/print/<slug:kind>/", views.printed, name="print"),
    path("<int:acceptance_id>/<slug:kind>/", views.act, name="act"),
]
