from django.urls import path

from steward.desk.surveys.pages import actions, answering, questionnaires, rounds

app_name = "surveys"
prefix = "surveys/"
urlpatterns = [
    path("", rounds.round_list, name="list"),
    path("new/", rounds.new_round, name="new"),
    path("template/", actions.sheet, name="template"),
    path("questionnaires/", questionnaires.listing, name="questionnaires"),
    path("questionnaires/<slug:code>/", questionnaires.edit, name="questionnaire"),
    path("mine/", answering.mine, name="mine"),
    path("mine/<int:round_id>/", answering.mine_form, name="mine_form"),
    path("answer/<str:token>/", answering.answer, name="answer"),
    path("tickets/<int:ticket_id>/rate/", actions.rate, name="rate"),
    path("<int:round_id>/", rounds.round_page, name="round"),
    path("<int:round_id>/people/", rounds.people, name="people"),
    path("<int:round_id>/people/<int:recipient_id>/link/", actions.reissue, name="reissue"),
    path("<int:round_id>/links/", actions.links, name="links"),
    path("<int:round_id>/<slug:action>/", actions.act, name="act"),
]
