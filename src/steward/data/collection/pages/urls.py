from django.urls import path

from steward.data.collection.pages import applications, file_tasks, files, tasks, uploads

app_name = "collection"
prefix = "data/collection/"
urlpatterns = [
    path("", tasks.board, name="board"),
    path("new/", tasks.new_task, name="new"),
    path("new-files/<int:source_id>/", file_tasks.new_file_task, name="new-files"),
    path("upload/", uploads.choose_task, name="uploads"),
    path("files/", files.file_list, name="files"),
    path("files/<int:file_id>/", files.file_page, name="file"),
    path("files/<int:file_id>/download/", files.download, name="download"),
    path("tasks/<int:task_id>/upload/", uploads.upload_page, name="upload"),
    path("tasks/<int:task_id>/upload/discard/", uploads.discard, name="discard"),
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
