"""The picture, another in its place, and what a browser solves in place of either."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_safe

from careid.limits import counting, limits
from careid.pages import answers
from careid.serving import visitors
from enrolment import picture, proof
from enrolment.journey import open_to_all


def browser(request: HttpRequest) -> str:
    """The secret of the cookie that guards this browser's forms, made now where the browser has none."""
    if "CSRF_COOKIE" not in request.META:
        get_token(request)
    secret: str = request.META["CSRF_COOKIE"]
    return secret


@open_to_all
@require_safe
def refresh(request: HttpRequest) -> HttpResponse:
    """Another picture for this browser, as django-simple-captcha's own view answers: to scripts alone."""
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        raise Http404
    here = visitors.read(request)
    verdict = counting.hit((limits.PICTURE_REFRESHES, here.address), room=here.room)
    if verdict.locked:
        return answers.locked(request, verdict)
    key = picture.make(browser(request))
    return JsonResponse({"key": key, "image_url": reverse("captcha-image", args=[key]), "audio_url": None})


@open_to_all
@require_safe
def image(request: HttpRequest, key: str) -> HttpResponse:
    try:
        return HttpResponse(picture.drawn(key), content_type="image/png")
    except picture.Gone as gone:
        raise Http404 from gone


@open_to_all
@require_safe
def challenge(request: HttpRequest) -> HttpResponse:
    """What a browser is to solve in place of the picture, as JSON: bound to the cookie that guards its forms."""
    here = visitors.read(request)
    verdict = counting.hit((limits.PICTURE_REFRESHES, here.address), room=here.room)
    if verdict.locked:
        return answers.locked(request, verdict)
    return JsonResponse(proof.challenge(browser(request)))
