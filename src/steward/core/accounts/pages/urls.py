from django.urls import path

from steward.core.accounts.pages import views

app_name = "accounts"
prefix = "users/"
urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.new, name="new"),
    path("<int:user_id>/", views.detail, name="detail"),
    path("<int:user_id>/edit/", views.edit, name="edit"),
    path("<int:user_id>/reveal/", views.reveal, name="reveal"),
    path("<int:user_id>/reset/", views.reset, name="reset"),
    path("<int:user_id>/switch/", views.switch, name="switch"),
    path("<int:user_id>/unlock/", views.unlock, name="unlock"),
    path("<int:user_id>/posts/new/", views.add_post, name="add_post"),
    path("<int:user_id>/posts/<int:post_id>/end/", views.end_post, name="end_post"),
    path("<int:user_id>/posts/<int:post_id>/main/", views.main_post, name="main_post"),
]
