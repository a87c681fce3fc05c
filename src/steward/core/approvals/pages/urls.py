from django.urls import path

from steward.core.approvals.pages import flows, views

app_name = "approvals"
prefix = "approvals/"
urlpatterns = [
    path("", views.approval_list, name="list"),
    path("new/", views.choose, name="choose"),
    path("new/<slug:code>/", views.request_approval, name="request"),
    path("deputies/", views.deputies, name="deputies"),
    path("deputies/<int:delegation_id>/end/", views.end_deputy, name="end_deputy"),
    path("flows/", flows.flow_list, name="flows"),
    path("flows/new/", flows.new_flow, name="new_flow"),
    path("flows/<slug:code>/", flows.design, name="design"),
    path("<int:approval_id>/", views.detail, name="detail"),
    path("<int:approval_id>/decide/", views.decide, name="decide"),
    path("<int:approval_id>/withdraw/", views.withdraw, name="withdraw"),
]
