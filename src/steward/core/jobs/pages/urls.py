from django.urls import path

from steward.core.jobs.pages import views

app_name = "jobs"
prefix = "jobs/"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/progress/", views.progress, name="progress"),
    path("<int:run_id>/retry/", views.retry, name="retry"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/retry/", views.redeliver, name="redeliver"),
    path("deliveries/retry-all/", views.redeliver_all, name="redeliver_all"),
]
