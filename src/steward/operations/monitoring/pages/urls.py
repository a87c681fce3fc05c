from django.urls import path

from steward.operations.monitoring.pages import beats, boards, edits, monitors, windows

app_name = "monitoring"
prefix = "monitoring/"
urlpatterns = [
    path("", boards.status_board, name="board"),
    path("outages/", boards.outage_list, name="outages"),
    path("monitors/new/", edits.create, name="create"),
    path("monitors/fields/", edits.probe_fields, name="fields"),
    path("monitors/<int:monitor_id>/", monitors.monitor, name="monitor"),
    path("monitors/<int:monitor_id>/edit/", edits.edit, name="edit"),
    path("monitors/<int:monitor_id>/probe/", monitors.probe_now, name="probe-now"),
    path("monitors/<int:monitor_id>/pause/", monitors.pause, name="pause"),
    path("monitors/<int:monitor_id>/resume/", monitors.resume, name="resume"),
    path("spans/<int:span_id>/", monitors.span_page, name="span"),
    path("windows/", windows.window_list, name="windows"),
    path("windows/new/<str:kind>/", windows.new, name="window-new"),
    path("windows/<int:window_id>/approve/", windows.approve, name="window-approve"),
    path("windows/<int:window_id>/confirm/<str:side>/", windows.confirm, name="window-confirm"),
    path("windows/<int:window_id>/end/", windows.end, name="window-end"),
    path("beat/<str:token>/", beats.beat, name="beat"),
]
