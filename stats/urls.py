"""Pages of the statistics room."""

from __future__ import annotations

from django.urls import path

from stats.bundle.views import bundle_file
from stats.views import figures, results, upload, videos

app_name = "stats"
urlpatterns = [
    path("agreement/", upload.agreement, name="agreement"),
    path("studies/<slug:slug>/results/", results.results, name="results"),
    path("studies/<slug:slug>/results/ratings.csv", results.ratings_file, name="ratings"),
    path("studies/<slug:slug>/results/bundle.zip", bundle_file, name="bundle"),
    path("studies/<slug:slug>/results/figures/", figures.figures, name="figures"),
    path("studies/<slug:slug>/results/figures/<slug:key>.svg", figures.figure_file, name="figure"),
    path("studies/<slug:slug>/results/videos/<str:label>/", videos.video, name="video"),
    path("studies/<slug:slug>/results/videos/<str:label>/<int:index>.png", videos.frame, name="frame"),
    path("studies/<slug:slug>/results/<slug:key>.<slug:suffix>", results.table_file, name="table"),
]
