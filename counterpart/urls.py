"""Addresses of the whole site: each room brings its pages and its part of the API."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from counterpart import health, metrics, views
from counterpart.help import help_page

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# The split view keeps its script at an address of its own, as the strict content policy demands.
api_docs = SpectacularSwaggerSplitView.as_view(
    url_name="api-schema", template_name="api_docs.html", http_method_names=["get", "head"]
)
api: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", api_docs, name="api-docs"),
    path("", include("generation.api.urls")),
    path("", include("readers.api.urls")),
    path("", include("stats.api.urls")),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("livez", health.alive, name="livez"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("help/", help_page, name="help"),
    path("", include("counterpart.sign_in.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include(api)),
    path("", include("generation.urls")),
    path("", include("readers.urls")),
    path("", include("stats.urls")),
]
handler500 = views.failed
