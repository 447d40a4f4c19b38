"""The analysis bundle: one zip with a study's ratings, results and what a third party needs to check them.

``files`` is pure and writes every file; ``selectors`` reads the study, ``exports`` is the one door through
which a bundle leaves.
"""
