from django.urls import path

from steward.data.catalog.pages import catalogues, demands, matters, rates, survey, systems

app_name = "catalog"
prefix = "data/catalog/"
urlpatterns = [
    path("", catalogues.catalogue_list, name="list"),
    path("new/", catalogues.new_catalogue, name="new"),
    path("export.xlsx", systems.export, name="export"),
    path("problems/", catalogues.problems, name="problems"),
    path("import/", systems.import_page, name="import"),
    path("<int:catalogue_id>/", catalogues.detail, name="detail"),
    path("<int:catalogue_id>/edit/", catalogues.edit, name="edit"),
    path("<int:catalogue_id>/items/", catalogues.items, name="items"),
    path("<int:catalogue_id>/act/<slug:action>/", catalogues.act, name="act"),
    path("<int:catalogue_id>/versions/<int:number>/", catalogues.version, name="version"),
    path("<int:catalogue_id>/decide/", rates.decide, name="decide"),
    path("<int:catalogue_id>/demand/", demands.new_demand, name="demand-new"),
    path("<int:catalogue_id>/link/", matters.link, name="link"),
    path("<int:catalogue_id>/unlink/<int:item_id>/", matters.unlink, name="unlink"),
    path("systems/", systems.system_list, name="systems"),
    path("systems/new/", systems.edit_system, name="system-new"),
    path("systems/<int:system_id>/", systems.system_page, name="system"),
    path("systems/<int:system_id>/edit/", systems.edit_system, name="system-edit"),
    path("survey/", survey.survey, name="survey"),
    path("survey/<int:gap_id>/<slug:action>/", survey.settle, name="settle"),
    path("survey/sources/<int:source_id>/", survey.compare_now, name="compare"),
    path("demands/", demands.demand_list, name="demands"),
    path("demands/new/", demands.match, name="match"),
    path("demands/<int:demand_id>/", demands.demand_page, name="demand"),
    path("rate/", rates.rate_page, name="rate"),
    path("uncollected/", rates.uncollected_list, name="uncollected"),
    path("items/", matters.item_list, name="items-list"),
    path("items/import/", matters.import_items, name="items-import"),
]
