"""Pages of the generation room, for engineers: renders, cohorts, and the review of held images."""
