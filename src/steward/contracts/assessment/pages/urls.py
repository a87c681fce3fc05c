from django.urls import path

from steward.contracts.assessment.pages import entries, money, settling, views

app_name = "assessment"
prefix = "contracts/"
urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("<slug:code>/", views.scoreboard, name="scoreboard"),
    path("<slug:code>/why/<str:indicator_id>/", views.why, name="why"),
    path("<slug:code>/indicators/<str:indicator_id>/", views.indicator, name="indicator"),
    path("<slug:code>/indicators/<str:indicator_id>/score/", entries.entry, name="entry"),
    path("<slug:code>/payable/", money.payable, name="payable"),
    path("<slug:code>/settle/", settling.settle, name="settle"),
    path("<slug:code>/settlements/<int:snapshot_id>/", settling.settled, name="settled"),
    path("<slug:code>/settlements/<int:snapshot_id>/correct/", settling.correct, name="correct"),
]
