"""What clients send to the endpoints that they call themselves (RFC 6749, 3.2; RFC 6750, 2)."""

from typing import Final
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest

FORM: Final = "application/x-www-form-urlencoded"


class Malformed(Exception):
    """The request can't be read as what it should be; `description` tells nothing of it."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


def form(request: HttpRequest) -> dict[str, str]:
    """The parameters of a form, each once; what has no value is left out, as RFC 6749, 3.2 says. Raises Malformed."""
    if request.content_type != FORM or (request.encoding or "utf-8").lower() != "utf-8":
        raise Malformed(f"the body must be {FORM} in UTF-8")
    try:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        text = request.body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError as error:  # no UTF-8 is one too
        raise Malformed("the body can't be read as a form") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Malformed("a parameter is given twice")
    if any("\0" in value for value in fields.values()):
        raise Malformed("a parameter is no text")
    return {name: value for name, value in fields.items() if value}


def needed(fields: dict[str, str], *names: str) -> list[str]:
    """The values of these parameters. Malformed where one is missing."""
    for name in names:
        if name not in fields:
            raise Malformed(f"{name} is missing")
    return [fields[name] for name in names]


def bearer(request: HttpRequest) -> str:
    """The access token of the header, whose scheme's case does not matter, or of a posted form (RFC 6750, 2.1, 2.2).

    Empty where there is none. Malformed where it comes in two ways, or in the address, which others write down.
    """
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    in_header = token.strip() if scheme.lower() == "bearer" else ""
    is_form = request.method == "POST" and request.content_type == FORM
    in_body = form(request).get("access_token", "") if is_form else ""
    if "access_token" in request.GET:
        raise Malformed("an access token is not taken from the address")
    if in_header and in_body:
        raise Malformed("the access token is given twice")
    return in_header or in_body
