from django.urls import path

from steward.data.sources.pages import files, rights, views

app_name = "sources"
prefix = "data/sources/"
urlpatterns = [
    path("", views.source_list, name="list"),
    path("new/", views.new_source, name="new"),
    path("<int:source_id>/", views.source_page, name="source"),
    path("<int:source_id>/edit/", views.edit_source, name="edit"),
    path("<int:source_id>/act/<slug:action>/", views.act, name="act"),
    path("<int:source_id>/files/", files.files_page, name="files"),
    path("<int:source_id>/host-key/", files.accept_key, name="host-key"),
    path("<int:source_id>/changes/", views.changes, name="changes"),
    path("<int:source_id>/rights/", rights.rights_page, name="rights"),
    path("<int:source_id>/rights/audit/", rights.audit_page, name="audit"),
    path("rights/<int:right_id>/revoke/", rights.revoke, name="revoke"),
    path("tables/<int:table_id>/", views.table_page, name="table"),
    path("tables/<int:table_id>/profile/", views.start_profile, name="profile"),
]
