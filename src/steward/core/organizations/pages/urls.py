from django.urls import URLPattern

app_name = "organizations"
prefix = "organizations/"
urlpatterns: list[URLPattern] = []
