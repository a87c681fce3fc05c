from django.urls import path

from steward.core.files.pages import views

app_name = "files"
prefix = "files/"
urlpatterns = [path("<int:file_id>/", views.download, name="download")]
