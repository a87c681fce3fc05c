from django.urls import path

from steward.contracts.reports.pages import templates, views

app_name = "reports"
prefix = "reports/"
urlpatterns = [
    path("", views.reports_list, name="list"),
    path("new/", views.choose, name="choose"),
    path("<int:report_id>/", views.report, name="report"),
    path("<int:report_id>/again/", views.again, name="again"),
    path("preview/<slug:code>/<slug:kind>/<str:key>/", views.preview, name="preview"),
    path("make/<slug:code>/<slug:kind>/<str:key>/", views.make, name="make"),
    path("plan/<slug:code>/<slug:kind>/", views.switch, name="plan"),
    path("templates/", templates.overview, name="templates"),
    path("templates/default.docx", templates.default, name="default_template"),
    path("templates/upload/", templates.upload, name="upload_template"),
    path("templates/restore/<slug:kind>/", templates.restore, name="restore_template"),
]
