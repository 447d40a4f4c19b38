"""The JSON interface for engineers: cohorts, trained models, videos and render jobs, read only."""
