from django.urls import path

from steward.contracts.packs.pages import drafts, views

app_name = "packs"
prefix = "contracts/"
urlpatterns = [
    path("drafts/list/", drafts.drafts, name="drafts"),
    path("drafts/new/", drafts.new_draft, name="new_draft"),
    path("drafts/<int:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<int:draft_id>/text/", drafts.rewrite, name="rewrite_draft"),
    path("drafts/<int:draft_id>/source/", drafts.draft_source, name="draft_source"),
    path("drafts/<int:draft_id>/<slug:action>/", drafts.act, name="act_on_draft"),
    path("<slug:code>/pack/", views.pack, name="pack"),
    path("<slug:code>/pack/differences/", views.differences, name="differences"),
    path("<slug:code>/pack/<int:number>/source/", views.source, name="source"),
]
