"""How long a session of the desk lasts, what it holds sealed, and how it becomes a verified one.

Fifteen minutes without a page end a session (its row dies: SESSION_COOKIE_AGE; a page that asks by itself keeps the
row, but not the session). `bounded` ends the session after eight hours, however busy, and a quarter of an hour after
the password where no second factor followed.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import django_otp
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_otp.models import Device

from careid.storing import crypto
from careid.trail import actors
from careid.trail.names import EventName
from desk.door import browsers, factors, trail

SINCE, VERIFIED, SEEN = "since", "verified_at", "seen"  # seconds since 1970
ALONE = "part"  # in the address of what a page asks for by itself, while nobody may be there
ALONE_AT = frozenset({"careid_profile_assisted"})  # the pages that do so: no other address may ask for less care
TYPED = "typed"


def bounded(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End a session that has lasted its time, before anything is shown; keep who signed in, after."""

    def handle(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.path_info.startswith("/admin/"):
            _end_if_over(request)
        response = get_response(request)
        browsers.remember(request, response)
        return response

    return handle


def _end_if_over(request: HttpRequest) -> None:
    now, verified = timezone.now().timestamp(), django_otp.DEVICE_ID_SESSION_KEY in request.session
    life = settings.ADMIN_SESSION if verified else settings.ADMIN_IDLE
    if "_auth_user_id" not in request.session:
        return
    begun, seen = request.session.setdefault(SINCE, now), request.session.get(SEEN, now)
    idle = settings.ADMIN_IDLE.total_seconds()
    if not (0 <= now - begun < life.total_seconds() and now - seen < idle):
        logout(request)
    elif asks_by_itself(request):
        # What a page asks for by itself writes nothing back: another request may have changed the row meanwhile.
        vars(request.session)["save"] = lambda *_, **__: None
    else:
        request.session[SEEN] = now


def asks_by_itself(request: HttpRequest) -> bool:
    """Whether a page asks by its script, to see what is new: one of `ALONE_AT`, looked at and no more."""
    if request.method != "GET" or ALONE not in request.GET:
        return False
    try:
        return resolve(request.path_info).url_name in ALONE_AT
    except Resolver404:
        return False


def password_was_right(request: HttpRequest, user: User) -> None:
    """Half a sign-in: it opens the page of the second factor and nothing else."""
    request.session.flush()
    login(request, user)
    request.session[SINCE] = timezone.now().timestamp()


def verified(request: HttpRequest, device: Device) -> None:
    """A factor was proved too: the session gets a new key. Its eight hours begin with the first factor proved."""
    if request.user.pk != device.user_id:
        request.session.flush()
        login(request, device.user)
    django_otp.login(request, device)
    request.session.cycle_key()
    now = timezone.now().timestamp()
    begun = request.session.get(SINCE, now) if VERIFIED in request.session else now
    request.session[SINCE], request.session[VERIFIED] = begun, now
    browsers.has_signed_in(request, device.user)
    admin = device.user_id
    details = {"admin": admin, "factor": factors.kind(device)}
    trail.note(EventName.ADMIN_SIGNED_IN, admin=admin, actor=actors.admin(admin), details=details)


def verified_user(request: HttpRequest) -> User | None:
    """Whose session this is, where a factor that will do was proved in it."""
    user = request.user
    if isinstance(user, User) and user.is_active and user.is_staff:
        return user if factors.will_do(getattr(user, "otp_device", None)) else None
    return None


def is_fresh(request: HttpRequest) -> bool:
    """Whether a factor was proved within five minutes, as what can't be undone asks for."""
    age = timezone.now().timestamp() - request.session.get(VERIFIED, 0)
    return bool(0 <= age < settings.ADMIN_FRESH.total_seconds())


def ask_again(request: HttpRequest, *, forget: tuple[str, ...] = ()) -> HttpResponse:
    """Lead to the second factor and back; what was typed, but for what is to be forgotten, stands there again."""
    if request.method == "POST":
        fields = {name: value for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken", *forget}}
        keep(request, TYPED, {"path": request.path, "fields": fields})
    here = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('admin:second_factor')}?{here}")


def next_page(request: HttpRequest) -> str:
    """The page of the desk that was asked for before the door, or the desk's first one."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    desk = wanted.startswith("/admin/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if desk else reverse("admin:index")


def typed(request: HttpRequest) -> dict[str, Any]:
    """What stood in this page's form before the factor was asked for: once."""
    before = kept(request, TYPED)
    if before.get("path") != request.path:
        return {}
    del request.session[TYPED]
    fields: dict[str, Any] = before["fields"]
    return fields


def keep(request: HttpRequest, name: str, value: dict[str, Any]) -> None:
    """Put something in the session that a thief of the database must not read."""
    sealed = crypto.seal(json.dumps(value).encode(), context=f"session|{name}")
    request.session[name] = base64.b64encode(sealed).decode()


def kept(request: HttpRequest, name: str) -> dict[str, Any]:
    """What `keep` put there; nothing where it is gone or was sealed with a key that is gone."""
    try:
        sealed = base64.b64decode(request.session.get(name, ""))
        value: dict[str, Any] = json.loads(crypto.open(sealed, context=f"session|{name}"))
    except ValueError:
        return {}
    return value
