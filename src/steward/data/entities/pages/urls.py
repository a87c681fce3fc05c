from django.urls import path

from steward.data.entities.pages import home, lineage, tables

app_name = "entities"
prefix = "data/"
urlpatterns = [
    path("", home.home, name="home"),
    path("tables/<str:table>/", tables.table_page, name="table"),
    path("lineage/", lineage.overview, name="lineage"),
    path("lineage/standard/", lineage.standard, name="standard"),
    path("lineage/<slug:table>/", lineage.matrix, name="matrix"),
    path("lineage/<slug:table>/history/", lineage.history, name="history"),
    path("lineage/<slug:table>/import/", lineage.take_in, name="import"),
    path("lineage/<slug:table>/lineage.xlsx", lineage.export, name="export"),
    path("lineage/<slug:table>/<slug:field>/", lineage.field_page, name="field"),
    path("lineage/lines/<int:line_id>/remove/", lineage.remove, name="remove"),
]
