"""The picture, another in its place, and what a browser solves in place of either."""

from captcha.views import captcha_refresh
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_safe

from careid.limits import counting, limits
from careid.pages import answers
from careid.serving import visitors
from enrolment import picture, proof
from enrolment.journey import open_to_all


@open_to_all
@require_safe
def refresh(request: HttpRequest) -> HttpResponse:
    """django-simple-captcha's own view, with a limit on the rows that it makes."""
    here = visitors.read(request)
    verdict = counting.hit((limits.PICTURE_REFRESHES, here.address), room=here.room)
    return answers.locked(request, verdict) if verdict.locked else captcha_refresh(request)


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
    get_token(request)
    return JsonResponse(proof.challenge(request.META["CSRF_COOKIE"]))
