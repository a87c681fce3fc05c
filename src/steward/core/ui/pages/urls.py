from django.urls import path

from steward.core.ui.pages import views

app_name = "ui"
prefix = ""
urlpatterns = [path("", views.home, name="home")]
