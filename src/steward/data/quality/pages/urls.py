from django.urls import path

from steward.data.quality.pages import home, library, orders, runs, tables

app_name = "quality"
prefix = "data/quality/"
urlpatterns = [
    path("", home.home, name="home"),
    path("rules/", library.rule_list, name="rules"),
    path("rules/new/", library.new_rule, name="rule-new"),
    path("rules/<int:rule_id>/", library.rule_page, name="rule"),
    path("rules/<int:rule_id>/revise/", library.revise, name="rule-revise"),
    path("rules/<int:rule_id>/retire/", library.retire, name="rule-retire"),
    path("versions/<int:version_id>/", library.version_page, name="version"),
    path("versions/<int:version_id>/submit/", library.submit, name="version-submit"),
    path("tables/new/", tables.new_table, name="table-new"),
    path("tables/<int:table_id>/", tables.table_page, name="table"),
    path("tables/<int:table_id>/run/", tables.run_now, name="table-run"),
    path("tables/<int:table_id>/assign/<int:rule_id>/", tables.assign, name="assign"),
    path("tables/<int:table_id>/levels/", tables.levels, name="levels"),
    path("tables/<int:table_id>/suggestions/", tables.suggestions, name="suggestions"),
    path("uses/<int:use_id>/", tables.change_use, name="use"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/<int:run_id>/", runs.run_page, name="run"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/<int:order_id>/", orders.order_page, name="order"),
    path("orders/<int:order_id>/recheck/", orders.recheck, name="order-recheck"),
]
