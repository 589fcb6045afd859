"""Django's settings. What operators set stands in the apps' conf.py tables (docs/settings.md)."""

import os
import sys
from datetime import timedelta

from django.conf.global_settings import LANGUAGES as HANDBOOK_LANGUAGES  # noqa: F401 - that texts may have
from django.utils.csp import CSP

from apps.accounts.conf import conf as accounts_conf
from apps.caching.conf import conf as caching_conf
from apps.conf import conf_modules
from apps.documents.conf import FORM_BYTES
from apps.documents.conf import conf as documents_conf
from apps.rendering.conf import conf as rendering_conf
from apps.store.caches import caches_of
from apps.store.conf import conf as store_conf

from .conf import BASE_DIR, conf
from .database import database
from .secret import secret_key

tuple(conf_modules(BASE_DIR))  # a wrong value anywhere stops the start

DEBUG = conf.debug
SECRET_KEY = secret_key(conf.secret_key, conf.data_dir)
ALLOWED_HOSTS = list(conf.allowed_hosts)

INSTALLED_APPS = [
    # Makes runserver serve ASGI. It takes 0.7 s to import, which no other command should wait for.
    *(["daphne"] if "runserver" in sys.argv else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "axes",
    "apps.events",
    "apps.accounts",
    "apps.tenants",
    "apps.caching",
    "apps.queries",
    "apps.rendering",
    "apps.notifications",
    "apps.documents",
    "apps.console",
]
MIDDLEWARE = [
    "apps.rendering.connections.ConnectionMiddleware",
    "project.middleware.SecurityMiddleware",
    "project.middleware.ContentSecurityPolicyMiddleware",
    "apps.rendering.positions.PositionMiddleware",
    "project.middleware.SessionMiddleware",
    "project.middleware.LocaleMiddleware",
    "project.middleware.CommonMiddleware",
    "project.middleware.CsrfViewMiddleware",
    "project.middleware.AuthenticationMiddleware",
    "project.middleware.MessageMiddleware",
    "project.middleware.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = "project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "project.templating.environment"},
    },
    {  # for Django's admin alone
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# Threads that use the database in turns: the relay's two, chores, presence, the sender of purges, and the
# one that reads the log for query results from Redis.
BACKGROUND_THREADS = 6
DATABASES = {
    "default": database(
        os.environ.get("DATABASE_URL", ""),
        conf.data_dir / "cairn.sqlite3",
        # A page waits for its parts with a connection: fewer than all threads need, and neither comes on.
        pool_size=caching_conf.reader_threads
        + rendering_conf.part_threads
        + BACKGROUND_THREADS
        + conf.request_connections,
    )
}
CACHES = caches_of(store_conf)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Wrong passwords are counted by account and address together; the view says how long to wait.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = accounts_conf.sign_in_tries
AXES_COOLOFF_TIME = timedelta(minutes=accounts_conf.sign_in_wait_minutes)
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = AXES_VERBOSE = AXES_ENABLE_ADMIN = False
AXES_USERNAME_CALLABLE = "apps.accounts.sign_in_throttle.axes_account"
AXES_CLIENT_IP_CALLABLE = "apps.accounts.addresses.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "email", "ip_address"]  # in logs
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # without its middleware: the view answers
LOGIN_URL = "accounts:sign_in"
PASSWORD_RESET_TIMEOUT = 3600
WORK_URL = "documents:me"  # the route of a person's own work
JUMP_URL = "documents:jump_site"  # the route of the quick switcher outside of handbooks
BAR_NOTES = "apps.notifications.selectors.bar_notes"
NOTICES = "apps.documents.notices.notices"  # what the domain tells people (apps/notifications/source.py)
ACCOUNT_PAGE = "apps.documents.selectors.front.account_page"  # what the domain shows on it
SESSION_ENGINE = "apps.caching.sessions" if store_conf.redis_urls else "django.contrib.sessions.backends.db"
CACHED_PAGES = "console:pages"  # the route, by slug, that owners find in the menu of their handbook
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = conf.secure
CSRF_FAILURE_VIEW = "project.views.csrf_failure"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "project.messages.BriefStorage"  # no database on the way out

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # that Cairn itself speaks; each calls itself
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = USE_TZ = True
TIME_ZONE = conf.time_zone
FORMAT_MODULE_PATH = "project.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/-/static/"
MEDIA_ROOT = conf.data_dir / "media"
JOBS_ROOT = conf.data_dir / "jobs"  # files of imports and exports in the browser, for a day
MAX_BODY_BYTES = max(conf.max_body_bytes, documents_conf.max_upload_bytes + FORM_BYTES)
# A text of 1 MB may take three times that in a form, and a conflict sends it twice, a field a part.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50_000

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:", "https:"],  # pages may show pictures from elsewhere
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = conf.secure
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if conf.secure else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if conf.secure else None

# An account is made behind a mailed link, so that nobody learns who has one; without mail at once.
SIGN_UP_BY_MAIL = bool(conf.email_host)
DEFAULT_FROM_EMAIL = conf.email_from
MAILERS = {
    "default": {
        "BACKEND": f"django.core.mail.backends.{'smtp' if conf.email_host else 'console'}.EmailBackend",
        "OPTIONS": {
            "host": conf.email_host,
            "port": conf.email_port,
            "username": conf.email_user,
            "password": conf.email_password,
            "use_tls": conf.email_tls,
            "timeout": 30,
        }
        if conf.email_host
        else {},
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_traces": {"()": "project.logs.WithoutTraces"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.security.DisallowedHost": {"handlers": [], "propagate": False}}  # any scanner
    | {name: {"propagate": False} for name in ("django.channels.server", "django.utils.autoreload")}
    | {"django": {"handlers": []}}  # whose own, in development, would say it all twice
    | {"django.request": {"filters": ["without_traces"]}, "axes": {"level": "WARNING"}},
}

# Who hears events, in order. Listeners: in every process, for what it keeps in memory. Handlers: once
# for the whole site, by the relay, possibly repeated. Readers wait for those ahead: they run over every event
# that is there while others are still at work.
EVENT_LISTENERS: tuple[str, ...] = ("apps.caching.process.listen", "apps.tenants.directory.listen")
EVENT_HANDLERS_AHEAD: tuple[str, ...] = (
    "apps.caching.process.advance_shared_index",
    "apps.caching.purge_queue.enqueue",
)
EVENT_HANDLERS: tuple[str, ...] = (
    "apps.notifications.handlers.notify",
    "apps.documents.handlers.make_media_variants",
    "apps.documents.handlers.delete_removed_media",
    "apps.documents.handlers.delete_media_of_purged",
)
# What is due by time, each with how often somebody looks, in seconds: done by the process that relays.
EVENT_CHORES: tuple[tuple[str, float], ...] = (
    ("apps.notifications.handlers.remind", 300),
    ("apps.notifications.digests.send_due", 300),
    ("apps.notifications.handlers.tidy", 3600),
    ("apps.accounts.sign_ins.tidy", 3600),
    ("apps.documents.jobs.folders.tidy", 600),
    ("apps.tenants.chores.purge_due", 3600),
)
