from django.urls import path

from steward.data.collection.pages import applications, tasks

app_name = "collection"
prefix = "data/collection/"
urlpatterns = [
    path("", tasks.board, name="board"),
    path("new/", tasks.new_task, name="new"),
    path("tasks/<int:task_id>/", tasks.task_page, name="task"),
    path("tasks/<int:task_id>/act/<slug:action>/", tasks.act, name="act"),
    path("tasks/<int:task_id>/recall/", tasks.recall, name="recall"),
    path("offers/<int:offer_id>/<slug:answer>/", tasks.answer_offer, name="offer"),
    path("runs/", tasks.run_list, name="runs"),
    path("runs/<int:run_id>/", tasks.run_page, name="run"),
    path("runs/<int:run_id>/rejects.csv", tasks.rejects, name="rejects"),
    path("applications/", applications.application_list, name="applications"),
    path("applications/new/", applications.new_application, name="application-new"),
    path("applications/<int:application_id>/", applications.application_page, name="application"),
]
