"""Every setting, from the environment. What is unsafe is refused in `operating/checks.py`.

Any setting may come from a file instead: `NAME_FILE=/run/secrets/name`.
"""

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

from careid.environment import Environment
from careid.storing import database

BASE_DIR = Path(__file__).resolve().parent.parent

# The demo keeps keys and addresses of its own in one 0600 file. `make demo` reads it beneath the environment; anything
# else reads it only where the environment says nothing of where this is and what seals it.
env = Environment()
DEMO_FOLDER = BASE_DIR / ".demo"
_names = ("SECRET_KEY", "DATABASE_URL", "CAREID_KEYS", "CAREID_INDEX_KEYS", "CAREID_ORIGIN", "DEBUG")
_nothing_said = not any(name in os.environ or f"{name}_FILE" in os.environ for name in _names)
_made = (DEMO_FOLDER / "env").is_file()
DEMO = env.bool("CAREID_DEMO", default=_nothing_said and _made)
if DEMO and _made:
    env.read_env(DEMO_FOLDER / "env")

DEBUG = env.bool("DEBUG", default=False)

# --- Where it stands ---------------------------------------------------------------------------------------------
ORIGIN = env.str("CAREID_ORIGIN", default="")
SECURE = urlsplit(ORIGIN).scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(ORIGIN).hostname or ""] if ORIGIN else [])
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
# Passkeys are tied to the origin's host: a change strands those that exist, and is refused unless it is meant.
RP_ID = urlsplit(ORIGIN).hostname or ""
ALLOW_RP_ID_CHANGE = env.bool("CAREID_ALLOW_RP_ID_CHANGE", default=False)
# Other origins of ours where the same passkeys may be made (W3C WebAuthn level 3, 5.11).
RELATED_ORIGINS = env.list("CAREID_RELATED_ORIGINS", default=[])
# Functions of a credential's id: whether it is a live passkey of another door at the same host.
PASSKEYS_ELSEWHERE = ["desk.door.passkeys.is_live"]
# Where `refresh_passkey_names` keeps the names of FIDO's file: where the code is read-only, not beside it.
PASSKEY_NAMES = env.str("CAREID_PASSKEY_NAMES", default="")
# The environment's name, shown in the header and in the app; empty in production.
ENVIRONMENT = env.str("CAREID_ENVIRONMENT", default="")
# Hops that we run ourselves. Only these many entries of X-Forwarded-For, from the right, are believed.
_proxies = env.str("CAREID_TRUSTED_PROXIES", default="0").strip()
TRUSTED_PROXIES = int(_proxies) if _proxies.isdecimal() else -1  # which is refused
if TRUSTED_PROXIES > 0:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Hospitals' own networks share one address among thousands: ten times the room.
TRUSTED_NETWORKS = env.list("CAREID_TRUSTED_NETWORKS", default=[])
REQUEST_ID_HEADER = "X-Request-ID"

# --- The processes -----------------------------------------------------------------------------------------------
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.count("PORT", default=8000, most=65_535)
WEB_WORKERS = env.count("WEB_WORKERS", default=1, most=1_000)
WEB_THREADS = env.count("WEB_THREADS", default=320, most=10_000)  # of each of them
WORKER_JOBS = env.count("WORKER_JOBS", default=4, most=1_000)
WORKER_MAIL_LINES = env.count("WORKER_MAIL_LINES", default=8, least=2, most=1_000)  # one is for codes alone

# --- Keys --------------------------------------------------------------------------------------------------------
SECRET_KEY_GIVEN = env.str("SECRET_KEY", default="").strip()
SECRET_KEY = SECRET_KEY_GIVEN or token_urlsafe(48)  # for commands that need none; the web does not start on it
KEYS = env.str("CAREID_KEYS", default="")  # id:base64 of 32 bytes, comma separated; the first one seals
INDEX_KEYS = env.str("CAREID_INDEX_KEYS", default="")  # a ring for the fingerprint of the NI number alone
SEAL_KEYS = env.str("CAREID_SEAL_KEYS", default="")  # a ring for the worker alone: the web refuses to start with it
METRICS_TOKEN = env.str("CAREID_METRICS_TOKEN", default="").strip()  # none: this machine alone may read /metrics

# --- What is installed -------------------------------------------------------------------------------------------
# The kinds of authenticator, in the order offered: each is a Django app without models, and exports KIND.
KINDS = ["authenticators.totp", "authenticators.nhsnet", "authenticators.passkey"]
if DEMO and env.bool("CAREID_DEMO_MOCK", default=False):  # where a press on a name signs in
    KINDS += ["demo.kinds.mock_aal2", "demo.kinds.mock_aal3"]
INSTALLED_APPS = [
    "procrastinate.contrib.django",  # before ours: the desk takes its jobs off the admin
    "django_otp",
    "authenticators",
    *KINDS,
    "enrolment",
    "profiles",
    "sign_in",
    "account",
    "provider",
    "apply",
    "moves",
    "operating",
    "careid",
    "captcha",
    "csp",
    "django.forms",
    "desk.apps.DeskAdmin",  # django.contrib.admin, with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "desk",  # last: it takes the others' accounts and factors off the admin
]
if DEMO:
    INSTALLED_APPS.append("demo")
MIDDLEWARE = [
    "careid.serving.middleware.every_response",
    "careid.serving.middleware.probed_by_address",
    "csp.middleware.CSPMiddleware",
    "careid.serving.middleware.stock_admin",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "provider.elsewhere.readable",  # before the next, which refuses OPTIONS
    "careid.serving.middleware.sane_request",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    # Lazy, and its cookie goes to /admin/ alone: the journey has no session.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "desk.door.sessions.bounded",
    "desk.door.files.taken",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "careid.urls"
WSGI_APPLICATION = "careid.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "desk" / "door" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Nearly every page has some of each.
            "builtins": ["django.templatetags.static", "careid.templatetags.times", "careid.templatetags.once"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "careid.pages.context.page",
                "sign_in.context.here",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Data --------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.postgres_url("DATABASE_URL", default="postgres:///careid")}
# A pool gives several times the requests a second of a connection each; it wants CONN_MAX_AGE 0.
DATABASES["default"] |= {"ENGINE": "careid.storing.database", "CONN_MAX_AGE": 0}
DATABASES["default"]["OPTIONS"] = _options = database.connecting(DATABASES["default"])
_options["options"] = database.options(_options.get("options", ""))
_options["pool"] = {
    "min_size": 1,
    "max_size": env.count("DATABASE_POOL", default=16, most=1_000),
    "timeout": 5,  # seconds that a request waits for a connection
    "reconnect_timeout": 5,  # seconds: pauses between tries double up to it, and one that is back is found soon
}

# --- Mail --------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.mail_url("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"Care ID <no-reply@{RP_ID or 'localhost'}>")

# --- The journey: what its numbers are worth stands in docs/threats.md ------------------------------------
CAPTCHA = env.str("CAREID_CAPTCHA", default="always")  # or `never`, refused in production
PROOF_GUESSES = env.count("CAREID_PROOF_GUESSES", default=4_000, most=1_000_000)  # the work in place of the picture
LIMITS = env.str("CAREID_LIMITS", default="enforce")  # or shadow, off; `enforce,start=shadow` changes one
REVEAL_NO_MATCH = env.bool("CAREID_REVEAL_NO_MATCH", default=False)
ATTEMPT_IDLE = timedelta(minutes=15)
ATTEMPT_LIFE = timedelta(minutes=60)
ATTEMPT_VERIFIED = timedelta(minutes=20)  # from the accepted code to the first authenticator
ATTEMPT_AFTERWARDS = timedelta(minutes=10)  # confirmation, naming and undo
CODE_LIFE = timedelta(minutes=10)
CODE_WORTH_SENDING = timedelta(minutes=3)  # with less left it stays unsent
CAPTCHA_CHALLENGE_FUNCT = "enrolment.picture.challenge"  # the library's own is predictable in a threaded server
CAPTCHA_TIMEOUT = 5  # minutes
CAPTCHA_2X_IMAGE = False

# --- Signing in: a session ends when nothing is done for a while, and so long after its newest sign-in --------------
VISIT_LIFE = timedelta(minutes=15)  # one try to sign in
FORGOTTEN_LIFE = timedelta(minutes=20)  # what was proved on the way to a new password, from each proof
SESSION_LIFE = timedelta(hours=env.count("CAREID_SESSION_HOURS", default=12, most=24))
SESSION_IDLE = timedelta(minutes=env.count("CAREID_SESSION_IDLE_MINUTES", default=30, most=60))
SESSION_FRESH = timedelta(minutes=5)  # from a sign-in to what can't be undone
BROWSER_KNOWN = timedelta(days=400)  # from somebody's last sign-in in it: the longest that browsers keep a cookie
BROWSER_NEW = timedelta(days=30)  # not seen for so long, its next sign-in is told
PASSKEY_AMR = env.str("CAREID_PASSKEY_AMR", default="PASSKEY")  # what services are told of a passkey

# --- Services: an OpenID provider, on where there are keys to sign with -------------------------------------------
SIGNING_KEYS = env.str("CAREID_SIGNING_KEYS", default="").strip()  # name:path,... of PEM files, all published
ISSUER_PATH = "/" + env.str("CAREID_ISSUER_PATH", default="/oidc").strip().strip("/")
# May say `:443`, as the services' own settings may do: they compare it letter by letter.
ISSUER_ORIGIN = env.str("CAREID_ISSUER_ORIGIN", default="").strip().rstrip("/") or ORIGIN
ISSUER = ISSUER_ORIGIN + ISSUER_PATH
REQUEST_LIFE = VISIT_LIFE  # what a service asked, until the person has answered
ROLE_FRESH = timedelta(minutes=4)  # from a sign-in to the role, where a service asked for a fresh one
AUTHORIZATION_CODE_LIFE = timedelta(seconds=60)
ACCESS_TOKEN_LIFE = timedelta(minutes=10)
ID_TOKEN_LIFE = timedelta(minutes=10)
# Functions of a session's id: the names of services that it was used for and that can't be told of its end.
SERVICES_UNTOLD = ["provider.logouts.untold"]
FETCH_INSIDE = env.list("CAREID_FETCH_INSIDE", default=[])  # host:port that may be an inside address, or plain http

# --- Coming on file, and a service's move --------------------------------------------------------------------------
APPLY_LIFE = timedelta(days=env.count("CAREID_APPLY_DAYS", default=28, most=365))  # of an invitation's link
APPLY_FOUR_EYES = env.bool("CAREID_APPLY_FOUR_EYES", default=True)  # nobody approves whom they invited
USER_ID_RANGE = env.str("CAREID_USER_ID_RANGE", default="").strip()  # first-last, of profiles that are made here
MAILS_AN_HOUR = env.count("CAREID_MAILS_AN_HOUR", default=20_000, most=10_000_000)  # of those that go to many at once

# --- NHS.net Connect: offered where it is set up -------------------------------------------------------------------
NHSNET_TENANT_ID = env.str("NHSNET_TENANT_ID", default="")
NHSNET_CLIENT_ID = env.str("NHSNET_CLIENT_ID", default="")
NHSNET_CLIENT_SECRET = env.str("NHSNET_CLIENT_SECRET", default="")
NHSNET_CLIENT_CERTIFICATE_FILE = env.str("NHSNET_CLIENT_CERTIFICATE_FILE", default="")  # a path: key and certificate
NHSNET_AUTHORITY = env.str("NHSNET_AUTHORITY", default="https://login.microsoftonline.com").rstrip("/")
# Its tokens seldom say how somebody signed in: it is the tenant's conditional access that asks for a second step.
NHSNET_REQUIRE_MFA = env.bool("NHSNET_REQUIRE_MFA", default=False)
NHSNET_AT_ONCE = max(1, WEB_THREADS // 4)  # a provider that hangs holds a quarter of them
NHSNET_HTTP = "requests.Session"
NHSNET_SIGN_IN_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(NHSNET_AUTHORITY))  # where the browser goes
if DEMO and (_stand_in := env.str("NHSNET_DEMO_PORT", default="")):
    NHSNET_HTTP = "demo.provider_http.session"
    NHSNET_SIGN_IN_ORIGIN = f"http://127.0.0.1:{_stand_in}"

# --- Secrets, each by its name: no two may share a key -------------------------------------------------------------
SECRETS = {
    "SECRET_KEY": SECRET_KEY_GIVEN,
    "CAREID_KEYS": KEYS,
    "CAREID_INDEX_KEYS": INDEX_KEYS,
    "CAREID_SEAL_KEYS": SEAL_KEYS,
    "CAREID_METRICS_TOKEN": METRICS_TOKEN,
    "NHSNET_CLIENT_SECRET": NHSNET_CLIENT_SECRET,
}

# --- Holds: nobody edits an address and then signs in as that person at once ---------------------------------------
# Hours, for what is added within 7 days of a change of email or number.
HOLD_AFTER_CHANGE = timedelta(hours=env.count("CAREID_HOLD_AFTER_CHANGE", default=24, least=0, most=10_000))
# Hours, for what is added where another is live, which the person did not sign in with to add this one.
HOLD_WHERE_ONE_STANDS = timedelta(hours=env.count("CAREID_HOLD_WHERE_ONE_STANDS", default=24, least=0, most=10_000))

# --- How long rows are kept --------------------------------------------------------------------------------------
KEEP_ATTEMPTS = timedelta(hours=env.count("CAREID_KEEP_ATTEMPTS_HOURS", default=24, most=100_000))
KEEP_VISITS = timedelta(hours=env.count("CAREID_KEEP_VISITS_HOURS", default=24, most=100_000))
KEEP_SESSIONS = timedelta(days=env.count("CAREID_KEEP_SESSIONS_DAYS", default=90, most=100_000))
KEEP_SIGN_INS = timedelta(days=env.count("CAREID_KEEP_SIGN_INS_DAYS", default=400, most=100_000))
KEEP_LOGOUTS = timedelta(days=env.count("CAREID_KEEP_LOGOUTS_DAYS", default=90, most=100_000))
KEEP_APPLYING = timedelta(days=env.count("CAREID_KEEP_APPLYING_DAYS", default=90, most=100_000))  # from its end
KEEP_APPLICATION_WORDS = timedelta(days=30)  # dates of birth and notes, from the decision
KEEP_UPLOADS = timedelta(days=7)  # what stood in a file that the desk was given
KEEP_COUNTERS = timedelta(days=env.count("CAREID_KEEP_COUNTERS_DAYS", default=30, most=100_000))
KEEP_MAILS = timedelta(days=env.count("CAREID_KEEP_MAILS_DAYS", default=90, most=100_000))

# --- Who to turn to (shown on the help pages) ----------------------------------------------------------------------
OPERATOR = env.str("CAREID_OPERATOR", default="")  # who runs this service
SERVICE_DESK = env.str("CAREID_SERVICE_DESK", default="")
SECURITY_CONTACT = env.str("CAREID_SECURITY_CONTACT", default="")
PRIVACY_CONTACT = env.str("CAREID_PRIVACY_CONTACT", default="")
APPLY_URL = env.str("CAREID_APPLY_URL", default="")  # where to apply for a profile

# --- Passwords ---------------------------------------------------------------------------------------------------
PASSWORD_HASHERS = ["careid.storing.crypto.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# --- The desk's door -------------------------------------------------------------------------------------------
# A passkey is asked for beside the password; a code of an authenticator app will do only where this is on.
ADMIN_APP = env.bool("CAREID_ADMIN_APP", default=False)
ADMIN_INVITATION = timedelta(hours=24)
ADMIN_SESSION = timedelta(hours=8)  # at most
ADMIN_FRESH = timedelta(minutes=5)  # from the factor to what can't be undone
ADMIN_IDLE = timedelta(minutes=15)  # and from the password to the second factor
# How long the row lives after each page (the session ends sooner: desk/door/sessions.py); the cookie has no age.
SESSION_COOKIE_AGE = 2 * int(ADMIN_IDLE.total_seconds())
SESSION_SAVE_EVERY_REQUEST = True

# --- Cookies: none has an age, but for those that know a browser or a way again -----------------------------------
ATTEMPT_COOKIE = "__Host-careid" if SECURE else "careid"
VISIT_COOKIE = "__Host-careid-visit" if SECURE else "careid-visit"
HERE_COOKIE = "__Host-careid-session" if SECURE else "careid-session"
KNOWN_COOKIE = "__Host-careid-known" if SECURE else "careid-known"  # has an age, as does the next
WAY_COOKIE = "__Host-careid-way" if SECURE else "careid-way"  # names the kind that signed in last, and no more
APPLY_COOKIE = "__Host-careid-apply" if SECURE else "careid-apply"
ASSISTED_COOKIE = "__Host-careid-assisted" if SECURE else "careid-assisted"
PASSING_COOKIE = "__Host-careid-passing" if SECURE else "careid-passing"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "enrolment.views.csrf_failure"
SESSION_COOKIE_NAME = "__Secure-admin" if SECURE else "admin"
SESSION_COOKIE_PATH = "/admin/"
ADMIN_BROWSER_COOKIE = "__Secure-admin-browser" if SECURE else "admin-browser"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own

# --- Bounds of a request: the largest honest form is a passkey's, under 64 KiB ------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
UPLOAD_MOST = 5_500_000  # of a page of the desk that takes a file: 5 MB, and what goes around it
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["careid.serving.uploads.OneFile"]  # which takes none but there

# --- Headers -----------------------------------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # probes come over plain http; nobody else has use for them
X_FRAME_OPTIONS = "DENY"  # it and its like stand in careid/serving/middleware.py, for what goes wrong too
SECURE_REFERRER_POLICY = "same-origin"
_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "form-action": [_SELF, *([NHSNET_SIGN_IN_ORIGIN] if NHSNET_CLIENT_ID else [])],  # a POST leads there
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
    },
}

# --- Time and language -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "careid.formats"
USE_TZ = True
TIME_ZONE = "Europe/London"

# --- Static files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
_BUILT = not (DEBUG or DEMO)  # else files are served from where they stand
STATIC_ROOT = BASE_DIR / "staticfiles" if _BUILT else None
_nhsuk = find_spec("wagtailnhsukfrontend")  # found, not imported: the wheel's code wants Wagtail
STATICFILES_DIRS = [
    *(BASE_DIR / "static", BASE_DIR / "desk" / "door" / "static"),
    Path((_nhsuk and _nhsuk.origin) or "").parent / "static",
]
WHITENOISE_USE_FINDERS = not _BUILT
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_MANIFEST_ROOT = BASE_DIR  # staticfiles.json, which tells every file: beside what is served, not in it
STORAGES = {
    "staticfiles": {
        "BACKEND": "careid.serving.static.HashedStaticFiles"
        if _BUILT
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

# --- Background work ---------------------------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # of each app
PROCRASTINATE_IMPORT_PATHS = ["careid.post.jobs", "careid.trail.seals.jobs"]  # of the rooms

# --- Logs: ids and outcomes only; paths and hosts are a visitor's words and stay out ---------------------------------
LOGGING_CONFIG = "careid.serving.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"fault": {"()": "careid.serving.logs.Fault"}},
    "formatters": {"line": {"()": "careid.serving.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.request": {"filters": ["fault"], "level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        "procrastinate": {"level": "WARNING"},
        "msal": {"level": "CRITICAL"},  # it writes down what it can't read, tokens and all
        "urllib3": {"level": "CRITICAL"},  # likewise, of a service's answer
    },
}

UNKNOWN_SETTINGS = list(env.unknown())  # last, once every setting was asked for
