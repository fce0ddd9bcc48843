"""One settings file. What an installation may change comes from its environment or its data folder.

`ALLHOURS_DATA` names the folder of an embedded installation: its database, keys, files and
`installation.json`. `DATABASE_URL` names a server database instead of the embedded one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from allhours.kernel import crypto

PACKAGE = Path(__file__).resolve().parent.parent


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, "")
    if value not in ("", "0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return default if value == "" else value == "1"


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def read_installation(folder: Path) -> dict[str, Any]:
    """`installation.json`: what kind of installation this is; absent means an ordinary one."""
    try:
        return dict(json.loads((folder / "installation.json").read_text()))
    except FileNotFoundError:
        return {}


def sqlite(folder: Path) -> dict[str, Any]:
    """WAL, immediate transactions, full durability: an acknowledged act is on disk."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / "allhours.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
            ),
        },
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": os.environ.get("ALLHOURS_TEST_SQLITE") or None},
    }


def postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16}, **query},
    }


def mail_server(url: str) -> dict[str, Any]:
    """`smtp+starttls://user:password@host:587`; also `smtps://` and, inside a house, `smtp://`."""
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if url and (parts.scheme not in ports or not parts.hostname):
        raise ImproperlyConfigured("ALLHOURS_SMTP must be like smtp+starttls://user:password@host")
    return {
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or ports.get(parts.scheme, 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


# --- The installation -----------------------------------------------------------------------
DATA = Path(os.environ.get("ALLHOURS_DATA", "allhours-data")).resolve()
INSTALLATION = read_installation(DATA)
ALLHOURS_DEMO = bool(INSTALLATION.get("demo", False))
ALLHOURS_CLOCK_SHIFT = int(INSTALLATION.get("clock_shift_seconds", 0)) if ALLHOURS_DEMO else 0
ALLHOURS_KEY_FILE = Path(os.environ.get("ALLHOURS_KEY_FILE", DATA / "keys.json"))
ALLHOURS_SCHEMES = PACKAGE / "schemes"
ALLHOURS_METRICS_TOKEN = os.environ.get("ALLHOURS_METRICS_TOKEN", "")
ALLHOURS_MAX_UPLOAD_BYTES = 20 * 1024 * 1024
# Requests a minute of one API token; twice as many of an address without one.
ALLHOURS_API_PER_MINUTE = int(os.environ.get("ALLHOURS_API_PER_MINUTE", "600"))

DEBUG = env_bool("ALLHOURS_DEBUG", default=False)
# Commands that make an installation run before there are keys; they sign nothing.
SECRET_KEY = (
    crypto.read_key_file(ALLHOURS_KEY_FILE).django_secret
    if ALLHOURS_KEY_FILE.exists()
    else os.urandom(50).hex()
)
ALLOWED_HOSTS = env_list("ALLHOURS_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("ALLHOURS_ORIGINS")
# A public installation stands behind TLS; a demo on 127.0.0.1 does not.
HTTPS = env_bool("ALLHOURS_HTTPS", default=not (DEBUG or ALLHOURS_DEMO))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "allhours.ui",
    "allhours.accounts",
    "allhours.jobs",
    "allhours.scheme",
    "allhours.directory",
    "allhours.ledger",
    "allhours.notifications",
    "allhours.rights",
    "allhours.placement",
    "allhours.projects",
    "allhours.needs",
    "allhours.activities",
    "allhours.appraisal",
    "allhours.reports",
    "allhours.portal",
    "allhours.api",
    "allhours.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "allhours.api.middleware.NoSessionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allhours.scheme.middleware.SchemeMiddleware",
    "allhours.accounts.middleware.OwnPasswordMiddleware",
    "allhours.directory.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allhours.accounts.middleware.SessionEndMiddleware",
    "allhours.accounts.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "allhours.config.urls"
WSGI_APPLICATION = "allhours.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "allhours.ui.context.preferences",
                "allhours.portal.navigation.shell",
            ]
        },
    }
]
FORM_RENDERER = "allhours.ui.forms.Renderer"
DJANGO_TABLES2_TEMPLATE = "ui/components/table.html"
FILTERS_EMPTY_CHOICE_LABEL = _("全部")

DATABASES = {
    "default": postgresql(os.environ["DATABASE_URL"])
    if os.environ.get("DATABASE_URL")
    else sqlite(DATA)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Mail -------------------------------------------------------------------------------------
# Without a mail server nothing is queued; ALLHOURS_SITE is how people reach this installation.
ALLHOURS_SMTP = os.environ.get("ALLHOURS_SMTP", "")
ALLHOURS_SITE = os.environ.get("ALLHOURS_SITE", "") or next(iter(CSRF_TRUSTED_ORIGINS), "")
ALLHOURS_MAIL_FROM = os.environ.get("ALLHOURS_MAIL_FROM", "") if ALLHOURS_SMTP else ""
globals().update(mail_server(ALLHOURS_SMTP))
EMAIL_TIMEOUT = 15  # seconds
EMAIL_SUBJECT_PREFIX = ""

# --- People ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["allhours.accounts.hashers.Argon2PasswordHasher"]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": f"{VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:public"
# County and administrator roles sign in with a second factor; only a demo may leave that open.
ALLHOURS_SECOND_FACTOR = str(
    INSTALLATION.get("second_factor", "offered" if ALLHOURS_DEMO else "required")
)
if ALLHOURS_SECOND_FACTOR not in ("required", "offered"):
    raise ImproperlyConfigured("installation.json: second_factor is `required` or `offered`.")
if ALLHOURS_SECOND_FACTOR == "offered" and not ALLHOURS_DEMO:
    raise ImproperlyConfigured("installation.json: second_factor `offered` is for demos only.")
ALLHOURS_SECOND_FACTOR_ROLES = list(INSTALLATION.get("second_factor_roles", []))  # besides those
# The name that passkeys are bound to; without it, the name under which the page was opened.
ALLHOURS_RP_ID = os.environ.get("ALLHOURS_RP_ID", "")
ALLHOURS_SLIP_DAYS = 90
ALLHOURS_CONFIRM_MINUTES = 10  # how long a repeated proof holds for delicate acts
ALLHOURS_IDLE_MINUTES_STAFF = 30
ALLHOURS_IDLE_MINUTES_MEMBER = 8 * 60
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time told is the time kept
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "allhours.accounts.requests.address_of"
AXES_LOCKOUT_CALLABLE = "allhours.accounts.views.sign_in.locked_out"

SESSION_COOKIE_AGE = 12 * 3600  # at the very most; idle ends come sooner, by middleware
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_FAILURE_VIEW = "allhours.ui.views.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # watched from the machine itself
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = ALLHOURS_MAX_UPLOAD_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12000  # an attendance sheet of a service day in one post
# Locked by user name alone, on purpose: a whole unit comes from one address, and somebody who
# guesses at one account may come from many.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# --- Words, time, files ----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA / "files"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ALLHOURS_LOG_LEVEL", "WARNING")},
}
