"""Every setting, each value from the environment. Nothing here starts a server or reads the database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

env = environ.Env()
env.smart_cast = False
if "DATABASE_URL" not in os.environ:
    # A running demo writes these files, so that `manage.py` beside it finds its servers.
    for name in ("demo/servers.env", "secrets.env"):
        if (LOCAL_DIR / "demo/servers.env").exists() and (LOCAL_DIR / name).exists():
            env.read_env(str(LOCAL_DIR / name))
    env.read_env(str(BASE_DIR / ".env"))


def secret(name: str, *aliases: str) -> str:
    """The value of `name` or its first alias that is set, stripped; empty means "not set"."""
    return next((value for key in (name, *aliases) if (value := env.str(key, default="").strip())), "")


def pairs(name: str, default: str) -> dict[str, str]:
    """`a=1,b=2` as a table. Anything else names the variable and what it should look like."""
    table = {}
    for item in filter(None, (part.strip() for part in env.str(name, default=default).split(","))):
        key, equals, value = item.partition("=")
        if not (key.strip() and equals and value.strip()):
            raise ImproperlyConfigured(f"{name} must look like 'tool=step,*=step', not {item!r}")
        table[key.strip()] = value.strip()
    return table


LOCAL_MODE = env.bool("LOCAL_MODE", default=False)
DEBUG = env.bool("DEBUG", default=False)

SECRET_KEY = secret("SECRET_KEY") or ("local-only-" + "0" * 50 if LOCAL_MODE else "")
FIELD_KEYS = [key for key in env.list("FIELD_KEYS", default=[]) if key]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL_MODE else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "supportvoice.apps.SupportVoiceConfig",
    "tickets.apps.TicketsConfig",
    "calls.apps.CallsConfig",
    *(["sandbox.apps.SandboxConfig"] if LOCAL_MODE else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "supportvoice.headers.page_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "supportvoice.urls"
ASGI_APPLICATION = "supportvoice.asgi.application"
APPEND_SLASH = True

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

DATABASES: dict[str, Any] = {
    "default": env.db("DATABASE_URL", default="postgres://supportvoice@127.0.0.1:5432/supportvoice")
}
DATABASES["default"]["OPTIONS"] = {
    "application_name": "supportvoice",
    "connect_timeout": 5,
    **DATABASES["default"].get("OPTIONS", {}),
}
# One that died while nobody used it, say because PostgreSQL was started anew, is nobody's trouble.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASE_POOL_SIZE := env.int("DATABASE_POOL_SIZE", default=0):
    # For processes with threads. Trying to reconnect is given up soon, since the pauses double: the next request or
    # task tries anew.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": min(2, DATABASE_POOL_SIZE),
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 3,
        "reconnect_timeout": 2,
    }
else:
    # Kept from task to task: a new one costs more processor than most tasks.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    CELERY_DB_REUSE_MAX = 1_000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 15,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# What waits for others' servers has a worker of its own, with threads: see docs/decisions.
WAIT_FOR_OTHERS = ("tickets.*", "calls.deliver*", "calls.sync*", "calls.reconcile", "calls.keep_promises")
CELERY_TASK_ROUTES = {task: {"queue": "crm"} for task in WAIT_FOR_OTHERS}
# What webhooks lost is filled from Vapi's API this often: calls/reconcile.
RECONCILE_EVERY_S = env.int("RECONCILE_EVERY_S", default=300)
# Bounds what piles up while no worker runs. By the worker's own clock: where it were as short as the pause, a worker a
# second ahead of beat would throw everything away, and nothing would ever be projected (tests/faults/test_clocks.py).
STALE_AFTER_S = 900
# What beat sends, and every how many seconds.
REPEATED = {
    "project-pending": ("calls.project_pending", 1.0),
    "compute-peaks": ("calls.compute_peaks", 10.0),
    "sync-due": ("calls.sync_due", 5.0),
    "ensure-event-partitions": ("calls.ensure_event_partitions", 3600.0),
    "drop-old-events": ("calls.drop_old_events", 3600.0),
    "mark-lost-calls": ("calls.mark_lost_calls", 300.0),
    "mark-abandoned-answers": ("calls.mark_abandoned_answers", 300.0),
    "reconcile": ("calls.reconcile", float(RECONCILE_EVERY_S)),
    "sweep-incidents": ("calls.sweep_incidents", 10.0),
    "count-completeness": ("calls.count_completeness", 300.0),
    "deliver-answers": ("calls.deliver_due", 2.0),
    "keep-promises": ("calls.keep_promises", 5.0),
    "perform-operations": ("tickets.perform_due", 2.0),
    "keep-message-types": ("calls.keep_message_types", 60.0),
}
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": every_s, "options": {"expires": STALE_AFTER_S}}
    for name, (task, every_s) in REPEATED.items()
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
# Local mode serves what the apps bring; elsewhere `collectstatic` fills this folder.
STATIC_ROOT = None if LOCAL_MODE else Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL_MODE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL_MODE

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "live"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOCAL_MODE
# Vapi follows no redirect: the webhook answers over whatever scheme it was reached by.
SECURE_REDIRECT_EXEMPT = [r"^webhook(/|$)"]
SECURE_HSTS_SECONDS = 0 if LOCAL_MODE else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL_MODE
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "supportvoice.logs.MaskFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Gunicorn's has a handler of its own, which would mask nothing; uvicorn's takes it over.
    "loggers": {"httpx": {"level": "WARNING"}, "gunicorn.error": {"handlers": ["stderr"], "propagate": False}},
}

# ---- What machines ask ------------------------------------------------------------------------------------------
# /metrics is there for whoever has this token, and for nobody where it is empty.
METRICS_TOKEN = secret("METRICS_TOKEN")
READY_MOST_LAG_S = env.int("READY_MOST_LAG_S", default=120)

# ---- Vapi -------------------------------------------------------------------------------------------------------
VAPI_SERVER_SECRETS = [
    part.strip() for part in secret("VAPI_SERVER_SECRET", "WEBHOOK_SECRET").split(",") if part.strip()
]
VAPI_HMAC_SECRETS = [part.strip() for part in secret("VAPI_HMAC_SECRET").split(",") if part.strip()]
VAPI_HMAC_SIGNATURE_HEADER = env.str("VAPI_HMAC_SIGNATURE_HEADER", default="x-signature")
VAPI_HMAC_TIMESTAMP_HEADER = env.str("VAPI_HMAC_TIMESTAMP_HEADER", default="x-timestamp")
# Text, so that a wrong one is an error of the checks that names it: calls/intake/endpoints.py.
VAPI_HMAC_TOLERANCE_S = env.str("VAPI_HMAC_TOLERANCE_S", default="300")
VAPI_HMAC_ALGORITHM = env.str("VAPI_HMAC_ALGORITHM", default="sha256")
VAPI_HMAC_PREFIX = env.str("VAPI_HMAC_PREFIX", default="")
VAPI_HMAC_INCLUDE_TIMESTAMP = env.str("VAPI_HMAC_INCLUDE_TIMESTAMP", default="1")
VAPI_HMAC_PAYLOAD_FORMAT = env.str("VAPI_HMAC_PAYLOAD_FORMAT", default="")
VAPI_HMAC_MESSAGE_ID_HEADER = env.str("VAPI_HMAC_MESSAGE_ID_HEADER", default="")
VAPI_HMAC_ENCODING = env.str("VAPI_HMAC_ENCODING", default="hex")
VAPI_HMAC_SECRET_IS_BASE64 = env.str("VAPI_HMAC_SECRET_IS_BASE64", default="0")
VAPI_HMAC_URL = env.str("VAPI_HMAC_URL", default="")
VAPI_BEARER_HEADER = env.str("VAPI_BEARER_HEADER", default="")
VAPI_BEARER_PREFIX = env.str("VAPI_BEARER_PREFIX", default="Bearer")
WEBHOOK_ENDPOINTS = env.str("WEBHOOK_ENDPOINTS", default="")
VAPI_FALLBACK_NUMBER = env.str("VAPI_FALLBACK_NUMBER", default="")
VAPI_API_KEY = secret("VAPI_API_KEY")
# Local mode asks the stand-in that this very server has.
STAND_IN = f"http://127.0.0.1:{env.str('PORT', default='8000')}/sandbox/vapi"
VAPI_API_URL = env.str("VAPI_API_URL", default="") or (STAND_IN if LOCAL_MODE else "https://api.vapi.ai")
# The agents as files, where Vapi posts to, and Vapi's id of the credential that it signs with: calls/assistants.
ASSISTANTS_DIR = BASE_DIR / env.str("ASSISTANTS_DIR", default="assistants")
PUBLIC_URL = env.str("PUBLIC_URL", default="") or next(
    iter(CSRF_TRUSTED_ORIGINS), f"http://127.0.0.1:{env.str('PORT', default='8000')}"
)
VAPI_CREDENTIAL_ID = env.str("VAPI_CREDENTIAL_ID", default="")
# Whether callers must be told or asked before they are recorded: calls/assistants/lint.
RECORDING_CONSENT_REQUIRED = env.bool("RECORDING_CONSENT_REQUIRED", default=False)
# Where a running call may be steered: hosts, a leading dot for all below. Its key is the account's public one.
VAPI_CONTROL_HOSTS = env.list("VAPI_CONTROL_HOSTS", default=[".vapi.ai"])
VAPI_PUBLIC_KEY = secret("VAPI_PUBLIC_KEY")
# A tool call is answered within this; what is not known by then is told later. Vapi itself would wait 20 s.
TOOL_BUDGET_MS = env.int("TOOL_BUDGET_MS", default=800)
# Days that Vapi's messages are kept as they came; what was made of them stays.
EVENT_RETENTION_DAYS = env.int("EVENT_RETENTION_DAYS", default=30)
WEBHOOK_FASTLANE = env.bool("WEBHOOK_FASTLANE", default=True)

# ---- CRM --------------------------------------------------------------------------------------------------------
# Which one, by its adapter's name; empty: what the admin says, else the tables here. See tickets/crm/connections.py.
CRM = env.str("CRM", default="")
CRM_VARIABLES = {
    name: secret(name)
    for name in (
        "ZENDESK_URL",
        "ZENDESK_EMAIL",
        "ZENDESK_TOKEN",
        "ZENDESK_GROUP_ID",
        "RT_URL",
        "RT_TOKEN",
        "RT_QUEUE",
        "RT_ESCALATION_QUEUE",
        "RT_KEY_FIELD",
    )
}
CRM_MOST_AT_ONCE = env.int("CRM_MOST_AT_ONCE", default=20)
# Attempts of one write until it is given up and a person is told.
CRM_MOST_ATTEMPTS = env.int("CRM_MOST_ATTEMPTS", default=8)

# tool → how sure of the caller the answer needs to be; "*" stands for every tool not named. See calls/identity.
DISCLOSURE_POLICY = pairs("DISCLOSURE_POLICY", default="*=caller-number")

# When people call back. The check in calls/escalations/opening_hours.py says what these look like.
CALLBACK_TIME_ZONE = env.str("CALLBACK_TIME_ZONE", default="UTC")
CALLBACK_HOURS = env.str("CALLBACK_HOURS", default="09:00-17:00 Mon-Fri")

# How long somebody who asked for a person may wait. Text, checked in calls/escalations/deadlines.py.
ESCALATION_CLAIM_S = env.str("ESCALATION_CLAIM_S", default="300")
ESCALATION_RESOLVE_S = env.str("ESCALATION_RESOLVE_S", default="14400")
