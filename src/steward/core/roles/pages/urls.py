from django.urls import path

from steward.core.roles.pages import views

app_name = "roles"
prefix = "access/"
urlpatterns = [
    path("roles/", views.role_list, name="roles"),
    path("roles/new/", views.new_role, name="new"),
    path("roles/<int:role_id>/", views.role, name="role"),
    path("roles/<int:role_id>/edit/", views.edit_role, name="edit"),
    path("roles/<int:role_id>/switch/", views.switch_role, name="switch"),
    path("posts/<int:post_id>/grant/", views.grant, name="grant"),
    path("grants/<int:grant_id>/revoke/", views.revoke, name="revoke"),
    path("review/", views.review_page, name="review"),
    path("review/confirm/", views.confirm, name="confirm"),
    path("review/export/", views.export, name="export"),
]
