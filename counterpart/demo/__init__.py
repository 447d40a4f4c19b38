"""The demonstration: people who can sign in, and a live study that this machine renders.

Nothing here is used outside `manage.py demo` and `manage.py load_demo`.
"""
