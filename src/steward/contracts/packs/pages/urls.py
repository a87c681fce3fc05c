from django.urls import path

from steward.contracts.packs.pages import views

app_name = "packs"
prefix = "contracts/"
urlpatterns = [
    path("<slug:code>/pack/", views.pack, name="pack"),
    path("<slug:code>/pack/differences/", views.differences, name="differences"),
    path("<slug:code>/pack/<int:number>/source/", views.source, name="source"),
]
