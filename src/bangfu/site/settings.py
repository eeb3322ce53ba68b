"""Django's settings. What an operator changes comes from the environment; see docs/guide."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

HOME = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("BANGFU_VAR", HOME / "var"))
SECRETS_FOLDER = VAR / "secrets"
EVIDENCE_FOLDER = VAR / "evidence"
PUBLICATIONS_FOLDER = VAR / "publications"
JOBS_FOLDER = VAR / "jobs"
SNAPSHOT_FOLDER = Path(os.environ.get("BANGFU_SNAPSHOT", VAR / "snapshot"))
SPARK_SNAPSHOT = os.environ.get("BANGFU_SPARK_SNAPSHOT", "")
SPARK_MASTER = os.environ.get("BANGFU_SPARK_MASTER", "local[2]")
SPARK_MEMORY = os.environ.get("BANGFU_SPARK_MEMORY", "2g")
SPARK_REMOTE = os.environ.get("BANGFU_SPARK_REMOTE", "")
MAP_REVIEW_NUMBER = os.environ.get("BANGFU_MAP_REVIEW_NUMBER", "").strip()
EVIDENCE_LARGEST_BYTES = 20 * 1024 * 1024
SHEETS_KEPT_DAYS = int(os.environ.get("BANGFU_SHEETS_KEPT_DAYS", "30"))
INCOMING_FOLDER = VAR / "incoming"


def _secret(name: str) -> str:
    """Return a secret that is made on the first use and kept below the folder of secrets."""
    path = SECRETS_FOLDER / name
    if not path.exists():
        SECRETS_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):  # another process made it at the same moment: theirs stays
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def database_at(url: str) -> dict[str, object]:
    """Return Django's description of a ``postgresql://`` address; a socket folder is its percent-encoded host."""
    parts = urlsplit(url)
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10, **dict(parse_qsl(parts.query))},
        "ATOMIC_REQUESTS": False,
    }


SECRET_KEY = os.environ.get("BANGFU_SECRET_KEY") or _secret("django.key")
DEBUG = os.environ.get("BANGFU_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("BANGFU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("BANGFU_ORIGINS", "").split(",") if o]
BEHIND_HTTPS = os.environ.get("BANGFU_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "axes",
    "procrastinate.contrib.django",
    "bangfu.foundation.rooms.apps.RoomsAppConfig",
    "bangfu.foundation.operations.apps.OperationsConfig",
    "bangfu.foundation.places.apps.PlacesConfig",
    "bangfu.foundation.people.apps.PeopleConfig",
    "bangfu.foundation.notices.apps.NoticesConfig",
    "bangfu.foundation.accounts.apps.AccountsConfig",
    "bangfu.foundation.jobs.apps.JobsConfig",
    "bangfu.foundation.organisation.apps.OrganisationConfig",
    "bangfu.foundation.webhooks.apps.WebhooksConfig",
    "bangfu.foundation.evidence.apps.EvidenceConfig",
    "bangfu.foundation.review.apps.ReviewConfig",
    "bangfu.foundation.ledger.apps.LedgerConfig",
    "bangfu.foundation.money.apps.MoneyConfig",
    "bangfu.foundation.findings.apps.FindingsConfig",
    "bangfu.foundation.payments.apps.PaymentsConfig",
    "bangfu.foundation.api.apps.ApiConfig",
    "bangfu.foundation.intake.apps.IntakeConfig",
    "bangfu.foundation.rounds.apps.RoundsConfig",
    "bangfu.foundation.points.apps.PointsConfig",
    "bangfu.connectivity.network.apps.NetworkConfig",
    "bangfu.connectivity.tariffs.apps.TariffsConfig",
    "bangfu.connectivity.schooling.apps.SchoolingConfig",
    "bangfu.connectivity.telemedicine.apps.TelemedicineConfig",
    "bangfu.connectivity.resettlement.apps.ResettlementConfig",
    "bangfu.coordination.leadership.apps.LeadershipConfig",
    "bangfu.coordination.fieldwork.apps.FieldworkConfig",
    "bangfu.coordination.policies.apps.PoliciesConfig",
    "bangfu.livelihoods.industries.apps.IndustriesConfig",
    "bangfu.livelihoods.shop.apps.ShopConfig",
    "bangfu.livelihoods.projects.apps.ProjectsConfig",
    "bangfu.livelihoods.training.apps.TrainingConfig",
    "bangfu.giving.campaigns.apps.CampaignsConfig",
    "bangfu.giving.grants.apps.GrantsConfig",
    "bangfu.giving.goods.apps.GoodsConfig",
    "bangfu.coordination.pairing.apps.PairingConfig",
    "bangfu.livelihoods.consumption.apps.ConsumptionConfig",
    "bangfu.livelihoods.suppliers.apps.SuppliersConfig",
    "bangfu.reporting.apps.ReportingConfig",
    "bangfu.reporting.publications.apps.PublicationsConfig",
    "bangfu.reporting.corrections.apps.CorrectionsConfig",
    "bangfu.reporting.sampling.apps.SamplingConfig",
    "bangfu.reporting.controls.apps.ControlsConfig",
    "bangfu.reporting.targets.apps.TargetsConfig",
    "bangfu.reporting.maps.apps.MapsConfig",
    "bangfu.reporting.handbook.apps.HandbookConfig",
    "bangfu.reporting.tables.apps.TablesConfig",
    "bangfu.reporting.own.apps.OwnConfig",
    "bangfu.reporting.dashboard.apps.DashboardConfig",
    "bangfu.reporting.charts.apps.ChartsConfig",
    "bangfu.reporting.forms.apps.FormsConfig",
    "bangfu.site.apps.SiteConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bangfu.site.doors.GuardedAnswers",
    "bangfu.site.doors.BackFromButtons",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bangfu.site.language.ChosenLanguage",
    "bangfu.foundation.api.doors.AnswersForPrograms",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bangfu.site.characters.NoNulCharacters",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bangfu.site.doors.NotesActs",
    "bangfu.site.doors.SignInRequired",
    "bangfu.site.doors.SecondFactorRequired",
    "bangfu.site.doors.RefusalsAsPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bangfu.foundation.jobs.exporting.LongLists",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "bangfu.site.urls"
WSGI_APPLICATION = "bangfu.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangfu.site.context.house",
            ],
        },
    },
]

DATABASES = {
    "default": database_at(os.environ.get("DATABASE_URL", "postgresql://bangfu_app@localhost/bangfu")),
}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

SECOND_FACTOR_ROLES = os.environ.get(
    "BANGFU_SECOND_FACTOR_ROLES", "administrator,security_administrator,auditor,verifier"
).split(",")
SECOND_FACTOR_REQUIRED = os.environ.get("BANGFU_SECOND_FACTOR_REQUIRED") == "1"

EMAIL_HOST = os.environ.get("BANGFU_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("BANGFU_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("BANGFU_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("BANGFU_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("BANGFU_MAIL_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("BANGFU_MAIL_FROM", "bangfu@localhost")

HOUSE_ADDRESS = os.environ.get("BANGFU_ADDRESS", "").rstrip("/")
NOTICE_WECOM_URL = os.environ.get("BANGFU_WECOM_URL", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send")
NOTICE_DINGTALK_URL = os.environ.get("BANGFU_DINGTALK_URL", "https://oapi.dingtalk.com/robot/send")
SMS_ADAPTER = os.environ.get("BANGFU_SMS_ADAPTER", "fake")
SMS_FAKE_ALLOWED = False  # elsewhere than in the example: in tests alone

WEBHOOK_HOSTS = [
    host for host in os.environ.get("BANGFU_WEBHOOK_HOSTS", "").lower().replace(" ", "").split(",") if host
]
WEBHOOK_PLAIN_HOSTS: list[str] = []  # without encryption, which nothing but a test sends to its own machine
ALIPAY_URL = os.environ.get("BANGFU_ALIPAY_URL", "https://openapi.alipay.com/gateway.do")
WECHATPAY_URL = os.environ.get("BANGFU_WECHATPAY_URL", "https://api.mch.weixin.qq.com")
WECHAT_PAGES_URL = os.environ.get("BANGFU_WECHAT_PAGES_URL", "https://open.weixin.qq.com")
WECHAT_API_URL = os.environ.get("BANGFU_WECHAT_API_URL", "https://api.weixin.qq.com")
API_LONGEST_TEXT = 20_000  # characters; tests have it shorter, since they generate texts up to it and beyond
API_REQUESTS_A_MINUTE = int(os.environ.get("BANGFU_API_RATE", "600"))

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
X_FRAME_OPTIONS = "SAMEORIGIN"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "files")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
INCOMING_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
FILE_UPLOAD_TEMP_DIR = INCOMING_FOLDER

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_APPEND_ONLY = True
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
JOBS_AT_ONCE = int(os.environ.get("BANGFU_JOBS_AT_ONCE", "2"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
