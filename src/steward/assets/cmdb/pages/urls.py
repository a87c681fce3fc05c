from django.urls import path

from steward.assets.cmdb.pages import exchange, views

app_name = "cmdb"
prefix = "assets/"
urlpatterns = [
    path("", views.item_list, name="list"),
    path("new/<str:kind>/", views.create, name="create"),
    path("import/", exchange.import_items, name="import"),
    path("export/", exchange.export, name="export"),
    path("<int:item_id>/", views.detail, name="detail"),
    path("<int:item_id>/edit/", views.edit, name="edit"),
    path("<int:item_id>/retire/", views.retire, name="retire"),
    path("<int:item_id>/relations/", views.add_relation, name="relate"),
    path("relations/<int:relation_id>/remove/", views.remove_relation, name="unrelate"),
]
