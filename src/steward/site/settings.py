"""Django's settings. Everything that differs between places comes from the environment."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.urls import reverse_lazy

from steward.site.database import settings_for
from steward.site.sign_in import identity_providers, sign_in_rules

HOME = Path(os.environ.get("STEWARD_HOME", "var")).resolve()
DEBUG = os.environ.get("STEWARD_DEBUG", "") == "1"


def _secret_key() -> str:
    """From the environment, else a random one kept under STEWARD_HOME for this installation."""
    given = os.environ.get("STEWARD_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret.key"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(60))
    return kept.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("STEWARD_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("STEWARD_ORIGINS", "").split(",") if o]

APPS = [
    "steward.core.ui",
    "steward.core.audit",
    "steward.core.jobs",
    "steward.core.files",
    "steward.core.organizations",
    "steward.core.accounts",
    "steward.core.access",
    "steward.core.roles",
    "steward.core.calendars",
    "steward.core.notify",
    "steward.core.evidence",
    "steward.core.findings",
    "steward.core.approvals",
    "steward.assets.cmdb",
    "steward.desk.tickets",
    "steward.desk.changes",
    "steward.desk.surveys",
    "steward.operations.monitoring",
    "steward.data.sources",
    "steward.data.collection",
    "steward.data.entities",
    "steward.data.catalog",
    "steward.data.quality",
    "steward.contracts.packs",
    "steward.contracts.staffing",
    "steward.contracts.confidentiality",
    "steward.contracts.obligations",
    "steward.contracts.assessment",
    "steward.contracts.acceptance",
    "steward.contracts.reports",
    "steward.contracts.bundle",
]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "steward.core.ui.admin_config.StewardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    *APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.dingtalk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "steward.core.accounts.sign_in.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "steward.site.urls"
WSGI_APPLICATION = "steward.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "steward.core.accounts.sign_in.context.frame",
            ],
            "builtins": ["steward.core.ui.templatetags.steward"],
        },
    }
]

DATABASES = {"default": settings_for(HOME, os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTHENTICATION_BACKENDS = [
    "steward.core.accounts.sign_in.backend.PasswordBackend",
    "steward.core.roles.backend.GrantBackend",
]
STEWARD_SIGN_IN = sign_in_rules(os.environ)
SOCIALACCOUNT_PROVIDERS = identity_providers(os.environ)
ACCOUNT_ADAPTER = "steward.core.accounts.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PASSWORD_MIN_LENGTH = None
ACCOUNT_FORMS = {"login": "steward.core.accounts.sign_in.forms.SignInForm"}
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "300/m/ip,20/300s/key"}
SOCIALACCOUNT_ADAPTER = "steward.core.accounts.sign_in.adapters.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
MFA_ADAPTER = "steward.core.accounts.sign_in.adapters.SecondFactorAdapter"
MFA_FORMS = {"authenticate": "steward.core.accounts.sign_in.forms.SecondFactorForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "政务管家"
MFA_ALLOW_UNVERIFIED_EMAIL = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "steward.site.formats"

STATIC_URL = "static/"
MEDIA_ROOT = HOME / "files"
LAKE_ROOT = HOME / "lake"
SOURCE_FOLDERS = [
    folder for folder in os.environ.get("STEWARD_SOURCE_FOLDERS", "").split(":") if folder
]
SIGNING_KEY_FILE = HOME / "evidence-signing.pem"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("STEWARD_HTTPS", "") == "1":
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "政务管家",
    "SITE_HEADER": "政务管家 Steward",
    "SITE_SYMBOL": "balance",
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "/static/ui/icon.svg"},
    ],
    "STYLES": ["/static/ui/steward.css"],
    "SCRIPTS": ["/static/ui/steward.js"],
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        }
    },
    "ACCOUNT": {
        "navigation": [
            {"title": "修改密码", "link": reverse_lazy("account_change_password")},
            {"title": "动态口令", "link": reverse_lazy("mfa_index")},
            {"title": "外部身份", "link": reverse_lazy("socialaccount_connections")},
        ]
    },
    "LOGIN": {"redirect_after": reverse_lazy("ui:home")},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "steward.core.ui.frame.navigation",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
