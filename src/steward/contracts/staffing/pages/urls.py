from django.urls import path

from steward.contracts.staffing.pages import changes, days, team

app_name = "staffing"
prefix = "staffing/"
urlpatterns = [
    path("", team.overview, name="overview"),
    path("<slug:code>/", team.team, name="team"),
    path("<slug:code>/team.xlsx", team.sheet, name="sheet"),
    path("<slug:code>/left/", team.left, name="left"),
    path("<slug:code>/members/new/", team.new_member, name="new"),
    path("<slug:code>/members/<int:member_id>/", team.member, name="member"),
    path("<slug:code>/members/<int:member_id>/correct/", team.correct, name="correct"),
    path("<slug:code>/members/<int:member_id>/leave/", team.leave, name="leave"),
    path("<slug:code>/members/<int:member_id>/reveal/", team.reveal, name="reveal"),
    path("<slug:code>/members/<int:member_id>/files/", team.upload, name="upload"),
    path("<slug:code>/roster/", days.roster, name="roster"),
    path("<slug:code>/roster/generate/", days.generate, name="generate"),
    path("<slug:code>/roster/confirm/", days.confirm, name="confirm"),
    path("<slug:code>/check-in/", days.check_in, name="check_in"),
    path("<slug:code>/days/", days.days, name="days"),
    path("<slug:code>/days/<str:text>/", days.day, name="day"),
    path("<slug:code>/days/<str:text>/<slug:action>/", days.act, name="act"),
    path("<slug:code>/changes/", changes.changes, name="changes"),
    path("<slug:code>/changes/new/", changes.new_change, name="new_change"),
    path("<slug:code>/changes/<int:change_id>/", changes.change, name="change"),
    path("<slug:code>/changes/<int:change_id>/statement.xlsx", changes.statement, name="statement"),
]
