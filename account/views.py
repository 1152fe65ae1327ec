"""My account: what I sign in with, where I am signed in, and what happened."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from careid.pages import answers
from sign_in.journey import mark, signed_in
from sign_in.models import Session


@mark
@require_safe
@signed_in
def account(request: HttpRequest, session: Session) -> HttpResponse:
    return answers.show(request, "account/account.html", page="account", session=session)
