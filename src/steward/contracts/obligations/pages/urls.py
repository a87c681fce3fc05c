from django.urls import path

from steward.contracts.obligations.pages import calendar, lists, moments, occurrence

app_name = "obligations"
prefix = "obligations/"
urlpatterns = [
    path("", lists.duties, name="list"),
    path("month/", calendar.month, name="month"),
    path("year/", calendar.year, name="year"),
    path("batch/", lists.batch, name="batch"),
    path("moments/", moments.moments, name="moments"),
    path("moments/<int:moment_id>/decide/", moments.decide, name="decide_moment"),
    path("moments/<int:moment_id>/cancel/", moments.cancel, name="cancel_moment"),
    path("<int:occurrence_id>/", occurrence.occurrence, name="occurrence"),
    path("<int:occurrence_id>/proofs/", occurrence.submit_proof, name="submit"),
    path("<int:occurrence_id>/waivers/", occurrence.propose_waiver, name="waive"),
    path(
        "<int:occurrence_id>/waivers/<int:waiver_id>/",
        occurrence.decide_waiver,
        name="decide_waiver",
    ),
    path("proofs/<int:proof_id>/confirm/", occurrence.confirm, name="confirm"),
    path("proofs/<int:proof_id>/return/", occurrence.return_proof, name="return"),
    path("proofs/<int:proof_id>/withdraw/", occurrence.withdraw, name="withdraw"),
]
