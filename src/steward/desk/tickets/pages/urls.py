from django.urls import path

from steward.desk.tickets.pages import bulk, clocks, opening, queue, routing, teams, ticket

app_name = "desk"
prefix = "desk/"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("mine/", queue.mine, name="mine"),
    path("list/", queue.listing, name="listing"),
    path("new/", opening.new_ticket, name="new"),
    path("bulk/", bulk.start_bulk, name="bulk"),
    path("bulk/<int:run_id>/", bulk.bulk_results, name="bulk_results"),
    path("clocks/", clocks.clock_list, name="clocks"),
    path("clocks/<int:clock_id>/", clocks.clock_page, name="clock"),
    path("adjustments/<int:adjustment_id>/", clocks.decide, name="decide"),
    path("policies/", clocks.policies, name="policies"),
    path("routing/", routing.rules, name="routing"),
    path("routing/new/", routing.edit_rule, name="rule_new"),
    path("routing/<int:rule_id>/", routing.edit_rule, name="rule"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.edit_team, name="team_new"),
    path("teams/<int:team_id>/", teams.edit_team, name="team"),
    path("pauses/", teams.pauses, name="pauses"),
    path("<int:ticket_id>/", ticket.ticket_page, name="ticket"),
    path("<int:ticket_id>/<slug:action>/", ticket.act, name="act"),
]
