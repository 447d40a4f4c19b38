"""Pages of the statistics room."""

from __future__ import annotations

from django.urls import path

from stats import views

app_name = "stats"
urlpatterns = [
    path("studies/<slug:slug>/results/", views.results, name="results"),
    path("studies/<slug:slug>/results/ratings.csv", views.ratings_file, name="ratings"),
    path("studies/<slug:slug>/results/<slug:key>.<slug:suffix>", views.table_file, name="table"),
]
