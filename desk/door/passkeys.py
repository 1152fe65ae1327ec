"""The ceremonies of an admin's passkey: django-otp-webauthn's, held to the rules of a person's passkey."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_otp.models import Device
from django_otp_webauthn import exceptions, helpers, views
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import UserVerificationRequirement

from authenticators.passkey import ceremony
from authenticators.passkey.response import Rejected
from careid.errors import Refused
from careid.limits import counting
from desk.door import factor_adding, guessing, sessions

Api = exceptions.OTPWebAuthnApiError


class Helper(helpers.WebAuthnHelper):
    """User verification is required, a challenge lives five minutes, and no other site's frame may answer it."""

    def get_generate_registration_options_kwargs(self, *, user: User) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        options["authenticator_selection"].user_verification = UserVerificationRequirement.REQUIRED
        return options

    def get_generate_authentication_options_kwargs(self, **asked: Any) -> dict[str, Any]:
        asked["require_user_verification"] = True
        options: dict[str, Any] = super().get_generate_authentication_options_kwargs(**asked)
        return options

    def get_registration_state(self, creation_options: dict[str, Any]) -> dict[str, Any]:
        return {**super().get_registration_state(creation_options), "made": timezone.now().timestamp()}

    def get_authentication_state(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**super().get_authentication_state(options), "made": timezone.now().timestamp()}

    def register_complete(self, user: User, state: dict[str, Any], data: dict[str, Any]) -> Device:
        _check_age(state)
        origins = self.get_allowed_origins()
        try:
            ceremony.finish(
                credential=json.dumps(data), challenge=state["challenge"], rp_id=settings.RP_ID, origins=origins
            )
        except Rejected as error:
            raise exceptions.UnprocessableEntity from error
        return super().register_complete(user, state, data | {"clientExtensionResults": {}})

    def authenticate_complete(self, user: User | None, state: dict[str, Any], data: dict[str, Any]) -> Device:
        _check_age(state)
        try:
            client = json.loads(base64url_to_bytes(data["response"]["clientDataJSON"]))
            ours = client.get("crossOrigin", False) is False and "topOrigin" not in client
            if ours:
                return super().authenticate_complete(user, state, data)
        except (DatabaseError, Api):
            raise
        except Exception as error:  # bad input makes the libraries raise errors that are not their own
            raise exceptions.UnprocessableEntity from error
        raise exceptions.UnprocessableEntity


def _check_age(state: dict[str, Any]) -> None:
    if not 0 <= (timezone.now().timestamp() - state["made"]) * 1000 < ceremony.TIMEOUT:
        raise exceptions.InvalidState


class BeginRegistration(views.BeginCredentialRegistrationView):
    """Options for the passkey of whoever may add one."""

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        _check_may_add(request)

    def get_user(self) -> User | None:
        return factor_adding.who(self.request)


class CompleteRegistration(views.CompleteCredentialRegistrationView):
    """The passkey, kept with its event; after an invitation with the password too, and signed in."""

    def _parse_request_data(self, request: HttpRequest) -> dict[str, Any]:
        return _json(request)

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        _check_may_add(request)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        state, data, helper = self.get_state(), self.request.data, self.get_helper()
        try:
            device = factor_adding.finish(self.request, lambda user: helper.register_complete(user, state, data))
        except (IntegrityError, Refused) as error:
            raise exceptions.UnprocessableEntity from error
        return JsonResponse({"id": device.pk})


class BeginAuthentication(views.BeginCredentialAuthenticationView):
    """Options for whoever's password was right."""


class CompleteAuthentication(views.CompleteCredentialAuthenticationView):
    """The second factor, proved by a passkey."""

    def _parse_request_data(self, request: HttpRequest) -> dict[str, Any]:
        return _json(request)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        name = self.request.user.get_username()
        try:
            guessing.count(self.request, name=name)
            answer: HttpResponse = super().post(*args, **kwargs)
        except counting.Locked as locked:
            return guessing.locked_page(self.request, locked.verdict)
        except Api:
            guessing.refused("passkey", name=name)
            raise
        return answer

    def complete_auth(self, device: Device) -> None:
        guessing.forgive(self.request, name=self.request.user.get_username())
        sessions.verified(self.request, device)

    def get_success_url(self) -> str:
        return sessions.next_page(self.request)


def _check_may_add(request: HttpRequest) -> None:
    if factor_adding.who(request) is None:
        raise exceptions.NotVerified


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise exceptions.MalformedRequest from error
    if not isinstance(data, dict):
        raise exceptions.MalformedRequest
    return data
