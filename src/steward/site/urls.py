"""Every address: the back office, and the pages and REST of each app that has some."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("steward.core.accounts.sign_in.urls")),
    path("admin/", admin.site.urls),
]

for app in settings.APPS:
    if find_spec(f"{app}.pages") and find_spec(f"{app}.pages.urls"):
        urls = import_module(f"{app}.pages.urls")
        urlpatterns.append(path(urls.prefix, include((urls.urlpatterns, urls.app_name))))
