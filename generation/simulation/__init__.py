"""Frontal pelvis radiographs of people who never lived, with planted differences that are then measured.

Pure: numpy, scipy and yaml. Hands out `Person` (all that a film is made from), `render` and `render_path`,
`measure_mesh` and `measure_film`, which know nothing of what was planted, and `Plan` of a registry.
"""
