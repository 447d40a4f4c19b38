"""The one way in: passwords, second factors, passkeys, single sign-on, sessions. Built on django-allauth.

Hands out its addresses (`urls`), two middlewares (`idle`, `second_factor`) what allauth asks (`adapters`).
"""
