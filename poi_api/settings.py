"""Settings of every process. What differs between machines comes from the environment: docs/operations.md."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from poi_api import private_files
from poi_api.database import configuration as databases
from poi_api.database.limits import Limits, Work
from poi_api.environment import directory, flag, needed, secure_address, whole, words
from poi_api.openapi import contents

BASE_DIR = Path(__file__).resolve().parent.parent
# What this installation keeps: the embedded database, the secret key and the reader key
DATA_DIR = Path(os.environ.get("POI_DATA_DIR") or BASE_DIR / ".data").resolve()

DEBUG = flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY", "").strip() or private_files.read_or_create(
    DATA_DIR / "secret_key", get_random_secret_key
)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "units.apps.UnitsConfig",
    "activities.apps.ActivitiesConfig",
    "reports.apps.ReportsConfig",
]

# What shows to people as a page what is a problem to programs, wherever it comes from
PROBLEM_PAGES = "units.pages.refusals.shown"
MIDDLEWARE = [
    "poi_api.http.request_ids.named",
    PROBLEM_PAGES,
    "poi_api.http.unreadable.refused",
    "poi_api.server.health.probes",
    "poi_api.http.compression.Compression",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "units.access.middleware.ContentPolicy",
    "units.access.middleware.Sessions",
    "poi_api.http.slashes.Slashes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "units.access.middleware.Authentication",
    "units.access.middleware.Messages",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Which other sites' pages may ask from a browser; without any, the middleware that says so is left out
CORS_ALLOWED_ORIGINS = words("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = [
    *("accept", "authorization", "content-type", "if-match", "if-none-match", "idempotency-key", "x-request-id"),
]
CORS_EXPOSE_HEADERS = [
    *("ETag", "Change-Cursor", "Report-As-Of", "Report-Version", "Location", "Content-Disposition", "Retry-After"),
    *("Allow", "Idempotency-Replayed", "WWW-Authenticate", "X-Request-Id"),
]
if CORS_ALLOWED_ORIGINS:
    INSTALLED_APPS.append("corsheaders")
    # Before all that can refuse: a page can read why it was refused, and the browser's question before it needs no key
    MIDDLEWARE.insert(1, "corsheaders.middleware.CorsMiddleware")

ROOT_URLCONF = "poi_api.urls"
WSGI_APPLICATION = "poi_api.wsgi.application"
# What a request comes to before Django: it answers with what is kept, or hands the request on (docs/decisions/0040)
DOOR = "units.requests.door.Door"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            *(BASE_DIR / app / "pages" / "templates" for app in ("units", "activities", "reports")),
            BASE_DIR / "poi_api" / "openapi" / "templates",
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "units.pages.navigation.office",
            ],
            "builtins": ["units.pages.filters", "units.pages.parts", "activities.pages.links"],
        },
    },
]

DATABASES = {"default": databases.from_environment(DATA_DIR)}
# How long the database may work in a process that serves
_LOCK_SECONDS = whole("LOCK_SECONDS", default=5)
DATABASE_LIMITS = {
    Work.REQUEST: Limits(whole("REQUEST_SECONDS", default=30), _LOCK_SECONDS, idle=10),
    Work.EXPORT: Limits(whole("EXPORT_SECONDS", default=600), _LOCK_SECONDS, idle=60),
    # Idle while a document is read, which is waited for three minutes at most
    Work.IMPORT: Limits(whole("IMPORT_SECONDS", default=600), _LOCK_SECONDS, idle=210),
}

# --- People: how they log in (docs/decisions/0019) --------------------------------------------------------

AUTHENTICATION_BACKENDS = ["units.access.backend.PeopleBackend"]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "home", "account_login"
ACCOUNT_ADAPTER = "units.pages.adapter.PeopleAdapter"
ACCOUNT_FORMS = {"login": "units.pages.forms.LoginForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # what it would ask the person; units.access.sessions says how long
ACCOUNT_RATE_LIMITS = False  # units.access.attempts counts, over all processes
# The second step, which who wishes it may switch on (docs/decisions/0048)
ACCOUNT_LOGIN_TIMEOUT = 15 * 60  # seconds between the password and the code
MFA_ADAPTER = "units.pages.adapter.SecondStepAdapter"
MFA_FORMS = {"authenticate": "units.pages.code_form.CodeForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Plan Operativo Institucional"
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds, for clocks that are not quite right
# An institution's own log-in, if there is one (docs/decisions/0045): its provider is called by its issuer
OIDC_ISSUER = secure_address("OIDC_ISSUER")
OIDC_NAME = os.environ.get("OIDC_NAME", "").strip() or "mi institución"
OIDC_CLIENT_ID = needed("OIDC_CLIENT_ID", by="OIDC_ISSUER")
OIDC_CLIENT_SECRET = needed("OIDC_CLIENT_SECRET", by="OIDC_ISSUER")
SOCIALACCOUNT_ADAPTER = "units.pages.institution_link.InstitutionAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "units.pages.institution_link.InstitutionProvider"}}
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_FAILURE_VIEW = "units.pages.refusals.csrf_failure"
PROXIES = whole("PROXIES", default=0)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "es-pe"
TIME_ZONE = "America/Lima"

# Pages and documentation work offline and without collectstatic: WhiteNoise serves what the packages bring
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / app / "pages" / "static" for app in ("units", "activities")]
WHITENOISE_USE_FINDERS = True

# HTTPS ends at a proxy, which sets X-Forwarded-Proto and takes away what a client sends under that name
HTTPS = flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and flag("HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = HTTPS and flag("HSTS_PRELOAD")
# Both bind domains that are not this service's alone, and cannot be taken back soon: who runs it decides
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS

# What a page may load and where its forms may go; other answers get less (units.access.middleware)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "request": {"()": "django.utils.log.CallbackFilter", "callback": "ext://poi_api.http.request_ids.say_request"},
        # Who answers with a 503 has said why
        "said_already": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 503,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # What clients do wrong is for them to read
        "django.request": {"level": "ERROR", "filters": ["said_already", "request"]},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

# --- The API: REST_FRAMEWORK and SPECTACULAR_SETTINGS ---------------------------------------------------

# Bytes of a request's body; a batch of 5,000 items has about 1.5 million
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
# How many documents are read and brought in at once, by all processes
IMPORTS_AT_ONCE = whole("IMPORTS_AT_ONCE", default=2)
# Fields of a form; a page of a new version, with ten new activities, has some 700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# How much each process keeps of answers with figures, to send them again while nothing changed
ANSWER_MEMORY_BYTES = whole("ANSWER_MEMORY_MB", default=32) * 1024 * 1024
# Files that are made to be sent, such as exports: where (None: the system's place for such), how many large ones are
# made at once by all processes, and how much of the disk those of each process take
EXPORT_DIR = directory("EXPORT_DIR")
EXPORTS_AT_ONCE = whole("EXPORTS_AT_ONCE", default=2)
EXPORT_DISK_BYTES = whole("EXPORT_DISK_MB", default=4096) * 1024 * 1024

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "units.access.authentication.ApiKeyAuthentication",
        "units.access.authentication.PersonAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["units.access.permissions.HoldsRole"],
    "DEFAULT_RENDERER_CLASSES": ["poi_api.http.renderers.ExactJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["poi_api.http.parsers.ExactJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "poi_api.http.renderers.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "poi_api.http.pagination.Pagination",
    "DEFAULT_SCHEMA_CLASS": "poi_api.openapi.schema.ContractSchema",
    "EXCEPTION_HANDLER": "poi_api.http.problems.exception_handler",
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "API del Plan Operativo Institucional",
    "DESCRIPTION": contents.DESCRIPTION,
    "TAGS": contents.TAGS,
    "EXTERNAL_DOCS": {"url": contents.guide_address("api"), "description": contents.GUIDES["api"]},
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # no badge from a site of others
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "UnitKind": "units.choices.UnitKind",
        "PlanStatus": "activities.choices.PlanStatus",
        "Accumulation": "activities.choices.Accumulation",
        "MonthStatus": "activities.choices.MonthStatus",
        "Origin": "activities.choices.Origin",
        "Verdict": "activities.choices.Verdict",
        "RowStatus": "activities.choices.RowStatus",
        "ImportState": "activities.choices.ImportState",
        "ProgressVerdictStatusEnum": "activities.services.progress.batch.PROGRESS_STATUSES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "poi_api.openapi.rows.require_no_member",
        "poi_api.openapi.names.name_all",
        "poi_api.openapi.schema.add_components",
    ],
}
