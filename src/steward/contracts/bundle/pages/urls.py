from django.urls import path

from steward.contracts.bundle.pages import views

app_name = "bundle"
prefix = "bundles/"
urlpatterns = [
    path("", views.home, name="home"),
    path("verify/", views.check, name="verify"),
    path("verify.py", views.program, name="program"),
    path("<int:bundle_id>/", views.show, name="bundle"),
    path("<int:bundle_id>/download/", views.download, name="download"),
    path("build/<slug:code>/", views.build, name="build"),
]
