"""Whatever comes in, an answer in plain words comes out, in the normal layout, and never a 500."""

import json
import logging
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import resolve

from careid.serving.logs import Line
from enrolment.models import Attempt
from tests import kinds, logged
from tests.visitors import ORIGIN, Visitor, newest_code, post

pytestmark = pytest.mark.django_db
ODD = {
    "nul": "a\x00b",
    "bad utf-8": b"\xff\xfe\xe2\x28",
    "surrogate": b"\xed\xa0\x80",
    "right to left": "\u202ea\u202c",
    "zero width": "\u200b\u200d\ufeff",
    "long": "9" * 5000,
    "superscript": "\u00b2\u00b3\u00b9\u2074\u2075\u2076",
    "other digits": "\u0661\u0662\u0663\u0664\u0665\u0666",
    "emoji": "\U0001f9d1\u200d\u2695\ufe0f",
    "html": "<script>alert(1)</script>",
    "line": "a\r\nX-Forged: b",
    "empty": "",
}
FORMS = {
    "/details/": ["email", "national_insurance_number", "captcha_0", "captcha_1"],
    "/code/": ["code"],
    "/authenticators/": ["kind"],
}

OF_KINDS = kinds.every_page()
PAGES = [*FORMS, *OF_KINDS]


@pytest.fixture
def at(person):
    """A visitor who stands at a page."""

    def reach(path):
        visitor = Visitor(Client(raise_request_exception=False))
        if path == "/details/":
            return visitor
        visitor.details(person)
        if path == "/code/":
            return visitor
        visitor.code(newest_code())
        if path in OF_KINDS:
            visitor.choose(OF_KINDS[path])
            visitor.go_to(path)
        return visitor

    return reach


def right(visitor, path):
    """What is typed at a page of a kind."""
    return kinds.pages(OF_KINDS[path])[path](visitor.page(path), ORIGIN) if path in OF_KINDS else {}


def fields_of(visitor, path):
    return FORMS.get(path) or list(right(visitor, path))


def urlencoded(fields):
    from urllib.parse import quote_from_bytes

    pairs = [(name, value if isinstance(value, bytes) else value.encode()) for name, value in fields]
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)


def raw(visitor, path, body, content_type="application/x-www-form-urlencoded"):
    """What was answered, or the page of the reason where that has one of its own."""
    response = visitor.client.generic("POST", path, body, content_type=content_type)
    told = response.status_code == 302 and "/problem/" in response.url
    return visitor.client.get(response.url) if told else response


def assert_plain(response, *statuses):
    assert response.status_code in statuses, response.status_code
    page = response.content.decode()
    assert "data-page=" in page
    assert "Traceback" not in page
    assert "django" not in page.lower()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("odd", ODD)
def test_odd_text_in_every_field_is_told_in_words(path, odd, at, settings):
    settings.CAPTCHA = "always"
    visitor = at_without_picture(at, path, settings)
    typed = right(visitor, path)
    fields = fields_of(visitor, path)
    for field in fields:
        others = [(other, "123456") for other in fields if other != field]
        response = raw(visitor, path, urlencoded([(field, ODD[odd]), *others]))
        if response.status_code == 302 and set(typed.values()) == {"on"}:
            continue  # any text ticks a box
        assert_plain(response, 422)


# Emails that are one, however odd, in the form that is compared.
ODD_EMAILS = {
    "o'brien+a=b@example.org": "o'brien+a=b@example.org",
    "{{7*7}}%s%00@example.org": "{{7*7}}%s%00@example.org",
    "AMA@EXAMPLE.ORG": "ama@example.org",
    " \u200bama\u202e@example.org\ufeff ": "ama@example.org",
    "\uff41\uff4d\uff41\uff20example.org": "ama@example.org",
    "<ama@example.org>;": "ama@example.org",
    "mailto:ama@example.org.": "ama@example.org",
    "ama@m\u00fcller.example": "ama@xn--mller-kva.example",
    "ama@stra\u00dfe.example": "ama@xn--strae-oqa.example",
    "a" * 64 + "@" + "b" * 63 + ".example": "a" * 64 + "@" + "b" * 63 + ".example",
    "a" * 242 + "@example.org": "a" * 242 + "@example.org",
}
ODD_NUMBERS = [
    "(PP000001A)",
    "PP 000001 (A),",
    "\u2018PP000001A\u2019",
    "pp 00 00 01 a",
    "PP-00.00/01_A",
    "\uff30\uff30000001\uff21",
    "P\u200bP\u2014000001\xa0A\r\n",
]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("email", ODD_EMAILS)
def test_an_email_that_is_odd_but_right_goes_all_the_way(email, known, make_person):
    person = make_person(email=ODD_EMAILS[email] if known else None)
    visitor = Visitor(Client(raise_request_exception=False))
    assert visitor.details(email=email, nino=person.nino).url == "/code/"
    assert_plain(visitor.client.get("/code/"), 200)
    assert Attempt.objects.get().typed_email
    if known:
        assert visitor.code(newest_code()).url == "/authenticators/"
    else:
        assert visitor.code("000000").status_code == 422
        assert post() == []


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_a_number_that_is_odd_but_right_goes_all_the_way(number, make_person):
    visitor = Visitor(Client(raise_request_exception=False))
    visitor.details(make_person(nino="PP000001A"), nino=number)
    assert visitor.code(newest_code()).url == "/authenticators/"


@pytest.mark.parametrize("odd", ["\x01", "\x1c", "\ue000", "\u0378"])
def test_a_number_with_a_sign_that_can_not_be_seen_is_refused_in_words(odd, person, visitor):
    response = visitor.details(person, nino=f"{person.nino[:4]}{odd}{person.nino[4:]}")
    assert_plain(response, 422)
    assert "Use letters, numbers and signs that can be seen" in response.content.decode()


@pytest.mark.parametrize("pasted", ["#{}", "Your code is {}.", "{} (it works for 15 minutes)"])
def test_a_code_that_was_pasted_with_its_words_is_taken(pasted, person, visitor):
    visitor.details(person)
    assert visitor.code(pasted.format(newest_code())).url == "/authenticators/"


@pytest.mark.parametrize(
    "address",
    ['"ama"@example.org', '"a\x0bb:c"@example.org', '"</script><h1/id=pwn>"@example.org', "a\x01b@example.org"],
)
def test_an_address_with_a_quoted_part_or_a_control_is_refused_in_words(address, person, visitor):
    assert_plain(visitor.details(person, email=address), 422)


def test_a_code_for_an_address_that_is_refused_by_now_is_told_in_words(person, visitor):
    visitor.details(person)
    attempt = Attempt.objects.get()
    attempt.typed_email = '"ama"@example.org'
    attempt.save()
    assert_plain(visitor.code(newest_code()), 422)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("email", [b"%b", b"%b@example.org", b"ama@%b.example", b'"%b"@example.org'])
def test_odd_text_in_an_email_is_told_in_words_or_goes_all_the_way(odd, email):
    visitor = Visitor(Client(raise_request_exception=False))
    text = ODD[odd] if isinstance(ODD[odd], bytes) else ODD[odd].encode()
    body = urlencoded([("email", email % text), ("national_insurance_number", "PP000001A")])
    response = raw(visitor, "/details/", body)
    if response.status_code == 302:
        assert_plain(visitor.client.get(response.url), 200)
        assert_plain(visitor.code("000000"), 422)
    else:
        assert_plain(response, 422)


def at_without_picture(at, path, settings):
    settings.CAPTCHA = "never"
    visitor = at(path)
    settings.CAPTCHA = "always"
    return visitor


@pytest.mark.parametrize("path", PAGES)
def test_a_field_that_comes_twice_counts_once(path, at):
    visitor = at(path)
    fields = [(name, "x") for name in fields_of(visitor, path)] * 2
    assert raw(visitor, path, urlencoded(fields)).status_code in {302, 422}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("body", "content_type", "statuses"),
    [
        (b"x" * 10_000_000, "application/x-www-form-urlencoded", [413]),
        ("&".join(f"f{n}=1" for n in range(2000)), "application/x-www-form-urlencoded", [400]),
        (b'{"code": "123456"}', "application/json", [422]),
        (b"\x00\xff", "text/plain", [422]),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", [400, 422]),
        (b"", "multipart/form-data", [400, 422]),
        (
            b'--x\r\nContent-Disposition: form-data; name="code"; filename="a"\r\n\r\nb\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            [400],
        ),
    ],
    ids=["10 MB", "2,000 fields", "json", "text", "broken multipart", "no boundary", "a file"],
)
def test_a_body_that_is_no_form_is_told_in_words(path, body, content_type, statuses, at):
    assert_plain(raw(at(path), path, body, content_type), *statuses)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", *PAGES, "/problem/", "/help/privacy/"])
def test_a_method_that_is_not_used_is_refused_in_words(method, path):
    stranger = Client(raise_request_exception=False, enforce_csrf_checks=True)
    response = stranger.generic(method, path)
    assert_plain(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("headers", [{"X-Long": "a" * 16_384}, {f"X-{number}": "a" * 200 for number in range(90)}])
def test_headers_over_sixteen_kilobytes_are_refused_in_words(headers):
    assert_plain(Client().get("/", headers=headers), 431)
    assert Client().get("/", headers={"X-Long": "a" * 15_000}).status_code == 200


def test_a_body_without_its_length_is_refused_in_words_and_not_as_a_stale_page(person):
    typed = {"email": person.email, "national_insurance_number": person.nino}
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/details/", typed, HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert_plain(answer, 411)
    assert "Nothing was done, and nothing is lost" in answer.content.decode()


@pytest.mark.parametrize("path", ["/code/again/", "/restart/", "/carry-on/", "/authenticators/another/"])
def test_a_get_does_nothing_where_a_post_is_asked_for(path):
    assert_plain(Client().get(path), 405)


@pytest.mark.parametrize("path", ["/nothing/", "/%00", "/%ff%fe/", "/%ed%a0%80/", "/..%2f..%2f", "/captcha/image/nothing/", "/a" * 200,
                                  "/authenticators/00000000-0000-0000-0000-000000000000/done/", "/authenticators/x/done/"])  # fmt: skip
def test_what_is_not_there_is_not_there(path):
    response = Client(raise_request_exception=False).get(path)
    assert response.status_code in {400, 404, 410}
    if "captcha" not in path:
        assert_plain(response, 400, 404)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "a b", "localhost:port", "[::1"])
def test_a_host_that_is_not_ours_is_refused(host):
    response = Client(raise_request_exception=False).get("/details/", headers={"host": host})
    assert_plain(response, 400)


@pytest.mark.parametrize("length", ["-1", "abc", "1" * 400, "\u0661"])
def test_a_length_that_is_none_is_refused(length):
    assert_plain(Client(raise_request_exception=False).post("/details/", {}, CONTENT_LENGTH=length), 400, 413)


@pytest.mark.parametrize("kind", kinds.by_forms())
def test_another_attempts_cookie_opens_that_attempt_alone(kind, make_person):
    one, two = Visitor(), Visitor()
    shown = kinds.secrets(kind, one.reach(make_person(), kind))
    two.details(make_person())
    one.client.cookies["careid"], two.client.cookies["careid"] = (
        two.client.cookies["careid"].value,
        one.client.cookies["careid"].value,
    )
    last = kinds.last_page(kind)
    assert one.client.get(last).url == "/code/"
    assert kinds.secrets(kind, two.page(last)) == shown


@pytest.mark.parametrize("cut", [1, 20, 42])
def test_a_cookie_that_was_cut_opens_nothing(cut, visitor, person):
    visitor.verify(person)
    visitor.client.cookies["careid"] = visitor.client.cookies["careid"].value[:cut]
    assert visitor.client.get("/authenticators/").url == "/details/"


@pytest.mark.parametrize("kind", kinds.by_forms())
def test_nothing_that_was_logged_names_a_person_or_a_secret(kind, visitor, person, caplog):
    caplog.set_level(logging.DEBUG)
    shown = kinds.secrets(kind, visitor.reach(person, kind))
    visitor.fail()
    visitor.go_on(kind)
    typed = right(visitor, kinds.last_page(kind))
    done = visitor.finish(**typed).url
    visitor.client.post(done, {"name": "Work phone"})
    visitor.client.get(
        f"/nothing/{person.email}/?nino={person.nino}", headers={"User-Agent": person.email, "Referer": person.nino}
    )
    Client(raise_request_exception=False).get("/", headers={"host": person.email})
    lines = [Line().format(record) for record in caplog.records if not record.name.startswith("django.db")]
    assert any(f'"route": "{resolve(kinds.last_page(kind)).view_name}"' in line for line in lines)
    for secret in (
        person.email,
        person.nino,
        person.family_name,
        *shown,
        max(typed.values(), key=len),
        Attempt.objects.get().reference,
        "Work phone",
    ):
        assert not [line for line in lines if secret in line]


@pytest.mark.parametrize("forged", ["one\r\n{}", "one\x1b[31mtwo\x7f", "one\u2028two\u2029\x85"])
def test_nothing_that_a_visitor_sends_forges_a_log_line(forged, client):
    before = set(logged.LINES)
    client.generic(
        f"GET{forged}", f"/details/{quote(forged)}?{forged}", headers={"user-agent": forged, "x-request-id": forged}
    )
    [line] = logged.LINES - before
    assert line.isprintable()
    assert json.loads(line)["method"] == "-"
    assert "two" not in line


def test_every_answer_carries_the_headers(visitor):
    for path, status in (
        ("/", 200),
        ("/nothing/", 404),
        ("/details/", 200),
        ("/code/", 302),
        ("/restart/", 405),
        ("/static/css/careid.css", 200),
        ("/static/nothing.css", 404),
        ("/healthz", 200),
        ("/metrics", 200),
        ("/.well-known/security.txt", 200),
        ("/demo/inbox/", 200),
        ("/%00", 400),
    ):
        response = visitor.client.get(path)
        assert response.status_code == status, path
        headers = response.headers
        policy = headers["Content-Security-Policy"]
        for part in (
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ):
            assert part in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "publickey-credentials-create=(self)" in headers["Permissions-Policy"]
        if not path.startswith("/static/"):
            assert headers["Cache-Control"] == "no-store"
        else:
            [close() for close in response._resource_closers]
