from django.urls import path

from steward.core.organizations.pages import views

app_name = "organizations"
prefix = "organizations/"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("new/", views.new, name="new"),
    path("<int:organization_id>/", views.detail, name="detail"),
    path("<int:organization_id>/branch/", views.branch, name="branch"),
    path("<int:organization_id>/edit/", views.edit, name="edit"),
    path("<int:organization_id>/rename/", views.rename, name="rename"),
    path("<int:organization_id>/move/", views.move, name="move"),
    path("<int:organization_id>/merge/", views.merge, name="merge"),
    path("<int:organization_id>/cancel/", views.cancel, name="cancel"),
]
