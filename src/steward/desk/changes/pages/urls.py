from django.urls import path

from steward.desk.changes.pages import access, changes

app_name = "changes"
prefix = "changes/"
urlpatterns = [
    path("", changes.change_list, name="list"),
    path("new/", changes.new_change, name="new"),
    path("executed/", changes.executed, name="executed"),
    path("access/", access.access_list, name="access"),
    path("access/new/", access.new_access, name="access_new"),
    path("access/<int:change_id>/", access.access_page, name="access_page"),
    path("<int:change_id>/", changes.change_page, name="change"),
    path("<int:change_id>/<slug:action>/", changes.act, name="act"),
]
