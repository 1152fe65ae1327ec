"""How long a session of the desk lasts, and how it becomes a verified one.

`bounded` ends a session after fifteen minutes without a page (a page that asks by itself is none), after eight hours,
however busy, and a quarter of an hour after the password where no second factor followed. Its row dies later
(SESSION_COOKIE_AGE), so that a form sent too late is known to be of whoever typed it, and is kept for them (`drafts`).
"""

from collections.abc import Callable

import django_otp
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_otp.models import Device

from careid.trail import actors
from careid.trail.names import EventName
from desk.door import browsers, drafts, factors, trail

SINCE, VERIFIED, SEEN = "since", "verified_at", "seen"  # seconds since 1970
ALONE = "part"  # in the address of what a page asks for by itself, while nobody may be there
# What does so; no other address may ask for less care.
ALONE_AT = frozenset(
    {"careid_profile_assisted", "stay", "inside", "apply_invitation_file_given", "moves_move_people_given"}
)


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
    over = not (0 <= now - begun < life.total_seconds() and now - seen < idle)
    if asks_by_itself(request):
        # What a page asks for by itself writes nothing back: another request may have changed the row meanwhile, and
        # the form of a page whose time is over is still to come.
        vars(request.session)["save"] = lambda *_, **__: None
        request.user = AnonymousUser() if over else request.user
    elif over:
        _end(request)
    else:
        request.session[SEEN] = now


def _end(request: HttpRequest) -> None:
    sent, user = drafts.sent(request), request.session["_auth_user_id"]
    logout(request)
    if sent:
        drafts.leave(request, sent=sent, user=user)


def time_left(request: HttpRequest) -> int | None:
    """What the warning of a page begins with: `seconds_left`, None where nobody is signed in."""
    return seconds_left(request) if verified_user(request) else None


def seconds_left(request: HttpRequest) -> int:
    """How long this session lasts if nothing is done: until it is idle for too long, or its eight hours are over."""
    now = timezone.now().timestamp()
    idle = request.session.get(SEEN, now) + settings.ADMIN_IDLE.total_seconds()
    return max(0, int(min(idle, request.session.get(SINCE, now) + settings.ADMIN_SESSION.total_seconds()) - now))


def asks_by_itself(request: HttpRequest) -> bool:
    """Whether a page asks by itself, to see what is new: one of `ALONE_AT`, looked at and no more."""
    if request.method != "GET" or ALONE not in request.GET:
        return False
    try:
        return resolve(request.path_info).url_name in ALONE_AT
    except Resolver404:
        return False


def password_was_right(request: HttpRequest, user: User) -> None:
    """Half a sign-in: it opens the page of the second factor and nothing else."""
    left = drafts.left(request)
    request.session.flush()
    login(request, user)
    request.session[SINCE] = request.session[SEEN] = timezone.now().timestamp()
    drafts.bring(request, left, user=user)


def verified(request: HttpRequest, device: Device) -> None:
    """A factor was proved too: the session gets a new key. Its eight hours begin with the first factor proved."""
    if request.user.pk != device.user_id:
        request.session.flush()
        login(request, device.user)
    django_otp.login(request, device)
    request.session.cycle_key()
    now = timezone.now().timestamp()
    begun = request.session.get(SINCE, now) if VERIFIED in request.session else now
    request.session[SINCE], request.session[VERIFIED], request.session[SEEN] = begun, now, now
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


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the second factor and back; what was typed stands there again, as far as it may be kept."""
    if request.method == "POST":
        drafts.put_by(request)
    here = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('admin:second_factor')}?{here}")


def next_page(request: HttpRequest) -> str:
    """The page of the desk that was asked for before the door, or the desk's first one."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    desk = wanted.startswith("/admin/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if desk else reverse("admin:index")
