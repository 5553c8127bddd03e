"""Every setting of Tongxin, in one file, read from the environment.

Each value has a safe default; ``tongxin check`` says in plain words what is missing.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


# One folder holds all that an installation owns: database, uploaded files, keys, static files, audit anchors.
TONGXIN_HOME = Path(os.environ.get("TONGXIN_HOME", BASE_DIR / ".home")).resolve()


def _secret(name: str) -> str:
    """A random key that is made once and kept in ``TONGXIN_HOME/keys`` (mode 600)."""
    if value := os.environ.get(f"TONGXIN_{name.upper()}"):
        return value
    path = TONGXIN_HOME / "keys" / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written aside and linked into place: two processes that start together agree on one whole key.
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as f:
            f.write(secrets.token_urlsafe(48))
            f.flush()
            with suppress(FileExistsError):
                os.link(f.name, path)
        return path.read_text().strip()


SECRET_KEY = _secret("secret_key")
# Encrypts phone numbers and makes their blind index; losing it loses the numbers. Part of every backup.
DATA_KEY = _secret("data_key")
# Authenticates the audit chain; kept outside the database so that its owner cannot forge entries.
AUDIT_KEY = _secret("audit_key")

# Demo mode offers sign-in with one click and a guided tour. Never on by default.
DEMO = _flag("TONGXIN_DEMO")
DEBUG = _flag("TONGXIN_DEBUG")
# Host names that this installation answers to, separated by commas.
ALLOWED_HOSTS = os.environ.get("TONGXIN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TONGXIN_ORIGINS", "").split(",") if o]
# Under which address people reach the site, as it is printed on walls: https://zx.example.cn.
SITE_URL = os.environ.get("TONGXIN_URL", "").strip().rstrip("/")
# Set when the site is served over TLS: cookies become secure and browsers are told to stay on TLS.
TLS = _flag("TONGXIN_TLS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
# Set when a proxy of our own stands in front: only then are forwarded headers believed.
BEHIND_PROXY = _flag("TONGXIN_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# A device stays signed in for 30 days; the person can end any of their sessions.
SESSION_COOKIE_AGE = 30 * 24 * 3600
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "tongxin.foundation.core",
    "tongxin.foundation.accounts",
    "tongxin.foundation.audit",
    "tongxin.foundation.organization",
    "tongxin.capabilities.matters",
    "tongxin.capabilities.files",
    "tongxin.capabilities.deadlines",
    "tongxin.capabilities.notices",
    "tongxin.capabilities.jobs",
    "tongxin.capabilities.codes",
    "tongxin.activities.proposals",
    "tongxin.activities.topics",
    "tongxin.activities.grassroots",
    "tongxin.activities.conversations",
    "tongxin.followers.journeys",
    "tongxin.readers.publishing",
    "tongxin.readers.statistics",
    "tongxin.readers.rollup",
    "tongxin.readers.workreports",
    "tongxin.scenario",
    "tongxin.demo",
]

MIDDLEWARE = [
    "tongxin.foundation.core.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongxin.foundation.core.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tongxin.foundation.core.middleware.DefaultDeny",
    "tongxin.foundation.core.middleware.Refusals",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tongxin.foundation.core.templatetags.ui",
                "tongxin.foundation.core.templatetags.kept",
            ],
        },
    }
]

# The application connects as a role that owns nothing. Migrations use DATABASE_OWNER_URL.
# Without either, `tongxin` starts the embedded PostgreSQL and sets both.
DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://tongxin_app@localhost/tongxin")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", DATABASE_URL)
_ENGINE = "tongxin.foundation.core.postgres"
DATABASES = {
    "default": {
        **dj_database_url.parse(DATABASE_URL, engine=_ENGINE, conn_max_age=600),
        "ATOMIC_REQUESTS": True,
    },
    "owner": dj_database_url.parse(DATABASE_OWNER_URL, engine=_ENGINE),
}
DATABASE_ROUTERS = ["tongxin.foundation.core.postgres.router.OwnerMigrates"]

CACHES = {
    # Shared by all workers, so that rate limits count once. `tongxin init` makes its table.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["tongxin.foundation.accounts.backends.PhoneOrUsernameBackend"]
PASSWORD_HASHERS = [
    "tongxin.foundation.accounts.hashers.TunedArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "tongxin.foundation.accounts.passwords.PlainRules"}]
# People sign in by phone or user name; nobody has an e-mail address here.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
# Behind demo mode everybody who acts for an office needs a second factor.
SECOND_FACTOR_REQUIRED = _flag("TONGXIN_SECOND_FACTOR", default=not DEMO)
# Who acts for an office: organization.enums.OFFICE_ROLES, which the accounts room may not import.
SECOND_FACTOR_ROLES = (
    "staff",
    "reviewer",
    "leader",
    "supervisor",
    "unit_clerk",
    "unit_leader",
    "tenant_admin",
    "auditor",
    "system_admin",
)
MFA_ADAPTER = "tongxin.foundation.accounts.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A phone's clock may be half a minute off; a code still counts only once.
MFA_TOTP_TOLERANCE = 1

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = TONGXIN_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": TONGXIN_HOME / "files", "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Largest request that is read into memory, and largest upload.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
UPLOAD_MAX_BYTES = 20_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"public pages": {"()": "tongxin.foundation.core.quiet_log.PublicPages"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["public pages"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
