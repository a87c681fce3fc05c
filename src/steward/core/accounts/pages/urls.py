from django.urls import URLPattern

app_name = "accounts"
prefix = "users/"
urlpatterns: list[URLPattern] = []
