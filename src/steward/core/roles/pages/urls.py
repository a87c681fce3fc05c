from django.urls import URLPattern

app_name = "roles"
prefix = "access/"
urlpatterns: list[URLPattern] = []
