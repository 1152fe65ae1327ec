"""The provider is on where there are keys to sign with: else none of its addresses is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from sign_in.journey import mark

View = Callable[..., HttpResponse]


def on(view: View) -> View:
    """An address of the provider. 404 where no key is set."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.SIGNING_KEYS:
            raise Http404
        return view(request, *args, **kwargs)

    return mark(guarded)
