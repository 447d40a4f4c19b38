"""Django's settings, made of what `counterpart.environment` reads from environment variables."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from counterpart.environment import Environment, SettingsUnusable

try:
    env = Environment.read(os.environ)
except SettingsUnusable as problems:
    raise SystemExit(str(problems)) from None

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_ROOT = (BASE_DIR / env.data).resolve()
DATA_ROOT.mkdir(parents=True, exist_ok=True)

MEDIA_ROOT = DATA_ROOT / "media"
FRAMES_ROOT = DATA_ROOT / "frames"
MODELS_ROOT = DATA_ROOT / "models"


def secret_file(name: str) -> str:
    """Return the secret kept in ``DATA_ROOT/name``; the first call makes it, readable by its owner alone."""
    path = DATA_ROOT / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


SECRET_KEY = env.secret_key or secret_file("secret_key")
DEBUG = env.debug
ALLOWED_HOSTS = [*env.hosts, "127.0.0.1"]  # whoever watches the server asks on the machine itself

INSTALLED_APPS = [
    "counterpart",
    "generation",
    "readers",
    "stats",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "counterpart.headers.HeadersMiddleware",
    "counterpart.body_limit.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "counterpart.middleware.RequestLog",  # behind static files, which are nobody's act
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "counterpart.sign_in.idle.IdleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "counterpart.sign_in.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "counterpart.urls"
WSGI_APPLICATION = "counterpart.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

ON_SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_ROOT / "counterpart.sqlite3")}
DATABASES: dict[str, dict[str, Any]] = {"default": env.database or ON_SQLITE}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With Django's defaults most concurrent read-then-write transactions fail with "database is locked";
    # write-ahead logging, IMMEDIATE transactions and a long timeout remove that. FULL keeps every commit.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        # Without this INSERT OR REPLACE would pass the triggers that refuse to delete a record.
        "PRAGMA recursive_triggers=ON;",
    }
# Where to render: with a broker Celery's workers are told of each job, without one Celery is not imported.
CELERY_BROKER_URL = env.broker
RENDER_DEVICE = env.render_device

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "counterpart.views.csrf_failed"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "counterpart.formats"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_ROOT / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "frames": env.frames_storage or {"BACKEND": "generation.frames.DurableFiles"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

HTTPS = env.https
# A browser takes a cookie of this kind from this host alone, over TLS: no neighbour in the domain can set it.
OWN_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = f"{OWN_HOST}language"
SESSION_COOKIE_NAME = f"{OWN_HOST}sessionid"
CSRF_COOKIE_NAME = f"{OWN_HOST}csrftoken"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^(livez|readyz|metrics)$"]  # asked for on the machine itself, past the proxy
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Subdomains and browsers' preload lists are the hospital's to decide, not one application's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# A form that leads to the hospital's sign-in is sent on there, which browsers count as its action.
hospital = ["{0.scheme}://{0.netloc}".format(urlsplit(env.oidc_url))] if env.oidc_url else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *hospital],
    },
}

# Sign-in (counterpart.sign_in): attempts are counted by allauth, in the cache that all processes share.
CACHE_FILES = {
    "BACKEND": "counterpart.shared_cache.SharedFileCache",
    "LOCATION": str(DATA_ROOT / "cache"),
    "OPTIONS": {"MAX_ENTRIES": 10_000},  # a full cache forgets counts at random
}
CACHES = {"default": env.cache or CACHE_FILES}
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
ACCOUNT_ADAPTER = "counterpart.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_UNIQUE_EMAIL = False  # nobody signs in by address, and nobody learns which ones are known
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation reaches its address, or nobody uses it
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
ACCOUNT_SESSION_REMEMBER = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # a session ends with the browser …
SESSION_COOKIE_AGE = 12 * 3600  # … after a working day …
SESSION_IDLE = timedelta(minutes=env.idle) if env.idle else None  # … or when nobody is there
MFA_ADAPTER = "counterpart.sign_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Counterpart"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # a browser offers passkeys on localhost and TLS alone
MFA_REQUIRED_OF = env.mfa
OIDC_ASKS_FOR_SECOND_FACTOR = env.oidc_mfa
SOCIALACCOUNT_ADAPTER = "counterpart.sign_in.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.oidc_name,
                "client_id": env.oidc_id,
                "secret": env.oidc_secret,
                "settings": {"server_url": env.oidc_url},
            }
        ]
        if env.oidc_url
        else [],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "readers.api.authentication.BearerToken",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,  # the schema describes the API; OPTIONS would add what each view reveals
    # A reader's browser stays far below; a script that loops does not.
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.AnonRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min", "anon": "60/min"},
    "NUM_PROXIES": 1 if HTTPS else 0,
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 100,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["counterpart.json_bodies.JSONBody"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Counterpart",
    "DESCRIPTION": "Counterfactual-video reader studies: cases, answers, tables, renders.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {"AnswerKindEnum": ["score", "cannot_judge", "withdrawn"]},
}

SITE_URL = env.url
MAIL_AS_FILES = {
    "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    "EMAIL_FILE_PATH": str(DATA_ROOT / "mail"),
}
vars().update(env.email or MAIL_AS_FILES)
# On SQLite a reminder is sent inside the transaction that records it: well below the wait for its lock.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.email_from

FRAMES_BY_NGINX = env.x_accel

METRICS_TOKEN = env.metrics_token
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"counterpart.logs.{'JsonLines' if env.log == 'json' else 'Lines'}"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": "INFO"} for name in ("counterpart", "generation", "readers", "stats")},
        # A refused page is no fault: its traceback at each 403 would bury the real ones.
        "django.request": {"level": "ERROR"},
    },
}
