from django.urls import path

from steward.contracts.confidentiality.pages import access, papers

app_name = "confidentiality"
prefix = "confidentiality/"
urlpatterns = [
    path("", access.overview, name="overview"),
    path("<slug:code>/", access.grants, name="grants"),
    path("<slug:code>/grants/<int:grant_id>/", access.grant, name="grant"),
    path("<slug:code>/grants/<int:grant_id>/use/", access.record, name="record"),
    path("<slug:code>/grants/<int:grant_id>/witness/", access.witness, name="witness"),
    path("<slug:code>/grants/<int:grant_id>/revoke/", access.revoke, name="revoke"),
    path("<slug:code>/uncovered/", access.uncovered, name="uncovered"),
    path("<slug:code>/outside/", access.outside, name="outside"),
    path("<slug:code>/requests/", access.requests, name="requests"),
    path("<slug:code>/requests/new/", access.new_request, name="new_request"),
    path("<slug:code>/requests/<int:request_id>/", access.request_page, name="request"),
    path("<slug:code>/agreements/", papers.agreements, name="agreements"),
    path("<slug:code>/agreements/new/", papers.new_agreement, name="new_agreement"),
    path("<slug:code>/agreements/<int:agreement_id>/end/", papers.end_agreement, name="end"),
    path("<slug:code>/handback/", papers.handback, name="handback"),
    path("<slug:code>/handback/new/", papers.new_item, name="new_item"),
    path("<slug:code>/handback/<int:item_id>/settle/", papers.settle, name="settle"),
    path("<slug:code>/handback/<int:item_id>/confirm/", papers.confirm, name="confirm"),
    path("<slug:code>/handback/sign/<slug:side>/", papers.sign, name="sign"),
]
