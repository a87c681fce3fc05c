from django.urls import path

from steward.core.notify.pages import channels, views

app_name = "notify"
prefix = "messages/"
urlpatterns = [
    path("", views.message_list, name="messages"),
    path("<int:message_id>/", views.open_message, name="open"),
    path("read-all/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("channels/", channels.channel_list, name="channels"),
    path("channels/deliveries/", channels.deliveries, name="deliveries"),
    path("channels/deliveries/<int:delivery_id>/retry/", channels.retry, name="retry"),
    path("channels/<slug:code>/", channels.channel, name="channel"),
    path("channels/<slug:code>/test/", channels.try_channel, name="try"),
]
