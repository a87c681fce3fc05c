from django.urls import path

from steward.contracts.assessment.pages import dealing, entries, money, settling, views, whatif

app_name = "assessment"
prefix = "contracts/"
urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("<slug:code>/", views.scoreboard, name="scoreboard"),
    path("<slug:code>/why/<str:indicator_id>/", views.why, name="why"),
    path("<slug:code>/indicators/<str:indicator_id>/", views.indicator, name="indicator"),
    path("<slug:code>/indicators/<str:indicator_id>/score/", entries.entry, name="entry"),
    path("<slug:code>/what-if/", whatif.what_if, name="what_if"),
    path("<slug:code>/payable/", money.payable, name="payable"),
    path("breaches/<int:case_id>/", dealing.find_breach, name="find_breach"),
    path("exclusions/<int:exclusion_id>/", dealing.find_exclusion, name="find_exclusion"),
    path("<slug:code>/accounts/", money.accounts, name="accounts"),
    path("<slug:code>/accounts/payment/", money.new_payment, name="new_payment"),
    path("<slug:code>/accounts/condition/", money.new_condition, name="new_condition"),
    path("<slug:code>/breaches/new/", dealing.new_breach, name="new_breach"),
    path("<slug:code>/breaches/<int:case_id>/", dealing.breach, name="breach"),
    path("<slug:code>/breaches/<int:case_id>/course/", dealing.tell_course, name="course"),
    path(
        "<slug:code>/indicators/<str:indicator_id>/exclude/",
        dealing.new_exclusion,
        name="new_exclusion",
    ),
    path("<slug:code>/exclusions/<int:exclusion_id>/", dealing.exclusion, name="exclusion"),
    path("<slug:code>/answers/<slug:about>/<int:about_id>/", dealing.answer, name="answer"),
    path("<slug:code>/settlement/", money.draft_sheet, name="draft_sheet"),
    path("<slug:code>/settlements/<int:snapshot_id>/sheet/", money.kept_sheet, name="kept_sheet"),
    path("<slug:code>/settle/", settling.settle, name="settle"),
    path("<slug:code>/settlements/<int:snapshot_id>/", settling.settled, name="settled"),
    path("<slug:code>/settlements/<int:snapshot_id>/correct/", settling.correct, name="correct"),
]
