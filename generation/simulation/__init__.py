"""Frontal pelvis radiographs of people who never lived, with planted differences that are then measured.

Pure: numpy and scipy. Hands out `Person` (all that a film is made from), `render` and `build_scene`, and
`measure_mesh` and `measure_film`, which know nothing of what was planted.
"""
