"""What stands before the desk's pages that take a file."""

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from careid.serving import uploads
from desk.door import sessions


def taken(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take a file from whoever is in. Of anybody else's request nothing is read: it leads to the door, and back."""

    def handle(request: HttpRequest) -> HttpResponse:
        if uploads.is_asked_for(request):
            if sessions.verified_user(request) is None:
                return redirect_to_login(request.path, reverse("admin:login"))
            uploads.take(request)
        return get_response(request)

    return handle
