"""`manage.py web` as production runs it: behind one proxy of our own that speaks https to the outside."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from captcha.models import CaptchaStore
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from careid.finding import Amiss
from operating.doctor import proxy
from tests import kinds, logged, packages
from tests.environment import ENVIRONMENT
from tests.portal import end
from tests.threads import PATIENT, until_they_wait

ROOT = Path(__file__).resolve().parent.parent
OURS = (
    *packages.IN_PRODUCTION,
    *("templates", "static"),
)
HOST = "careid.example"
DAY = 86_400  # seconds
PRODUCTION = {
    "CAREID_ORIGIN": f"https://{HOST}",
    "CAREID_TRUSTED_PROXIES": "1",
    "CAREID_CAPTCHA": "always",
    "CAREID_ENVIRONMENT": "",
    "EMAIL_URL": "smtp://127.0.0.1:9",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Server": "Care ID",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FROM_OUTSIDE = {  # which production does not set for `web`
    "CAREID_DEMO",
    "ALLOWED_HOSTS",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "CAREID_SEAL_KEYS",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy to collect the static files in."""
    tree = tmp_path_factory.mktemp("production")
    for name in OURS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tree)
    return tree


@pytest.fixture(scope="module")
def role(django_db_setup, django_db_blocker):
    """The web's own: production does not start as who owns the tables."""
    name = f"careid_https_{os.getpid()}"  # roles belong to the whole server, which several runs share
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN")
        call_command("grants", name)
        yield name
        cursor.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.fixture(scope="module")
def port(tree, role):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    name = settings.DATABASES["default"]["NAME"]
    environment = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    environment |= {name: value for name, value in ENVIRONMENT.items() if name not in FROM_OUTSIDE}
    database = ENVIRONMENT["DATABASE_URL"].replace("/careid?", f"/{name}?").replace("//careid@", f"//{role}@")
    environment |= {"DATABASE_URL": f"{database}&options={quote(PATIENT)}", "PORT": str(port)}
    environment |= PRODUCTION
    command = [sys.executable, "manage.py"]
    collect = [*command, "collectstatic", "--noinput", "-v0", "--ignore", "vendor"]  # the desk's libraries: half of all
    subprocess.run(collect, cwd=tree, env=environment, check=True)
    with (tree / "log").open("w+") as log:
        logged.FILES.append(log.name)
        web = subprocess.Popen(
            [*command, "web"], cwd=tree, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_until_it_answers(web, port, log)
            yield port
        finally:
            end(web)


def wait_until_it_answers(web, port, log):
    until = time.monotonic() + 120
    while web.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log.seek(0)
    raise AssertionError(f"it did not start: {log.read()}")


@pytest.fixture
def ask(port):
    """One request, as the proxy passes it on."""

    def ask(path, *, method="GET", host=HOST, scheme="https", form=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Host": host, "X-Forwarded-Proto": scheme, "X-Forwarded-For": "198.51.100.7", **headers}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=None if form is None else urlencode(form), headers=headers)
        response = connection.getresponse()
        response.text = response.read().decode("utf-8", "replace")
        connection.close()
        return response

    return ask


def assert_headers(response, *, scheme="https"):
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    for name, value in HEADERS.items():
        assert response.headers.get_all(name) == [value], name
    assert ("Strict-Transport-Security" in response.headers) == (scheme == "https")  # RFC 6797, 7.2
    assert "publickey-credentials-create=(self)" in response.headers["Permissions-Policy"]


def cookies(response):
    """Each by its name: its value, and its attributes in lower case."""
    parts = [[part.strip() for part in line.split(";")] for line in response.headers.get_all("Set-Cookie", [])]
    return {first.partition("=")[0]: (first.partition("=")[2], {one.lower() for one in rest}) for first, *rest in parts}


def stylesheets(page):
    return re.findall(r'<link[^>]*href="([^"]+\.css)"', page)


def test_every_kind_of_answer_has_the_headers(ask):
    big = {"email": "x" * 200_000}
    answers = {
        200: [
            ask("/"),
            ask("/healthz"),
            ask("/readyz"),
            ask("/.well-known/security.txt"),
            ask("/static/css/favicon.svg"),
        ],
        302: [ask("/code/")],
        304: [ask("/static/css/favicon.svg", **{"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})],
        400: [
            ask("/%00"),
            ask(f"/{8_100 * chr(120)}"),
            ask("/", host="evil.example"),
            ask("/healthz/", host="10.0.0.7"),
        ],
        403: [ask("/details/", method="POST", form={})],
        404: [ask("/nothing/"), ask("/static/nothing.css"), ask("/metrics"), ask("/static/staticfiles.json")],
        405: [ask("/restart/")],
        413: [ask("/details/", method="POST", form=big)],
    }
    for status, those in answers.items():
        for response in those:
            assert response.status == status, response.text[:60]
            assert_headers(response)


def test_a_probe_comes_by_address_over_plain_http(ask):
    for host in ("127.0.0.1", "10.0.0.7:8000", "evil.example"):
        response = ask("/healthz", host=host, scheme="http")
        assert (response.status, response.text) == (200, "alive\n")
        assert_headers(response, scheme="http")


def test_the_list_of_all_files_is_not_served(ask, tree):
    assert (tree / "staticfiles.json").is_file()
    assert not (tree / "staticfiles" / "staticfiles.json").exists()
    assert ask("/static/staticfiles.json").status == 404


def test_a_page_over_https_comes_with_strict_transport_security(ask):
    response = ask("/")
    assert response.status == 200
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert response.headers["Cache-Control"] == "no-store"
    assert_headers(response)


@pytest.mark.django_db(transaction=True)
def test_visitors_who_come_at_once_each_have_a_connection(ask):
    with ThreadPoolExecutor(12) as visitors:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE captcha_captchastore")
            answers = [visitors.submit(ask, "/details/") for _ in range(12)]
            until_they_wait(12)
        assert {answer.result().status for answer in answers} == {200}


def test_plain_http_is_sent_to_https_and_the_answer_cannot_be_framed(ask):
    for path in ("/", "/details/?a=b", "/static/nothing.css", "/admin/"):
        response = ask(path, scheme="http")
        assert response.status == 301
        assert response.headers["Location"] == f"https://{HOST}{path}"
        assert_headers(response, scheme="http")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["evil.example", f"{HOST}.evil.example", "localhost", "127.0.0.1", ""])
def test_a_foreign_host_is_refused_in_words_and_named_nowhere(host, scheme, ask):
    response = ask("/details/", host=host, scheme=scheme)
    assert response.status == 400
    assert 'data-page="error"' in response.text
    assert not host or host not in response.text + str(response.headers)
    assert_headers(response, scheme=scheme)


def test_a_forwarded_host_is_not_believed(ask):
    response = ask("/", scheme="http", **{"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert response.headers["Location"] == f"https://{HOST}/"


@pytest.mark.parametrize(("path", "status"), [("/nothing/", 404), ("/restart/", 405), ("/%00", 400)])
def test_an_error_page_has_its_style(path, status, ask):
    response = ask(path)
    assert response.status == status
    assert 'data-page="error"' in response.text
    assert_headers(response)
    assert stylesheets(response.text)
    for address in stylesheets(response.text):
        assert ask(address).headers["Content-Type"].startswith("text/css")


def test_static_files_are_named_after_their_content_and_kept_by_the_browser(ask):
    page = ask("/").text
    addresses = stylesheets(page) + re.findall(r'<script[^>]*src="([^"]+)"', page)
    assert len(addresses) >= 2
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js)$", address), address
        response = ask(address, **{"Accept-Encoding": "gzip"})
        assert response.status == 200
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert_headers(response)
    assert ask("/static/css/nothing.css").status == 404


@pytest.mark.django_db(transaction=True)
def test_every_cookie_is_of_this_host_alone_and_of_https_alone(ask, person):
    page = ask("/details/")
    [key] = re.findall(r'name="captcha_0"[^>]* value="([0-9a-f]{40})"', page.text)
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[:1]
    secret, attributes = cookies(page)["__Host-csrf"]
    assert attributes == {"secure", "httponly", "path=/", "samesite=lax"}
    form = {
        "email": person.email,
        "national_insurance_number": person.nino,
        "captcha_0": key,
        "captcha_1": CaptchaStore.objects.get(hashkey=key).response,
        "csrfmiddlewaretoken": token,
    }
    sent = {"Cookie": f"__Host-csrf={secret}", "Referer": f"https://{HOST}/details/"}
    elsewhere = ask("/details/", method="POST", form=form, **sent, Origin="https://evil.example")
    assert elsewhere.status == 403
    response = ask("/details/", method="POST", form=form, **sent, Origin=f"https://{HOST}")
    assert (response.status, response.headers["Location"]) == (302, "/code/")
    [(name, (value, attributes))] = cookies(response).items()
    assert name == "__Host-careid"
    assert attributes == {"secure", "httponly", "path=/", "samesite=lax"}
    assert ask("/code/", Cookie=f"__Host-careid={value}").status == 200
    assert ask("/code/", Cookie=f"careid={value}").headers["Location"] == "/details/"
    gone = ask("/restart/", method="POST", form=form, **sent | {"Cookie": f"{sent['Cookie']}; {name}={value}"})
    assert cookies(gone)[name][0] in {"", '""'}
    assert {"secure", "path=/"} <= cookies(gone)[name][1]


@pytest.mark.django_db(transaction=True)
def test_so_is_each_of_signing_in_and_two_alone_outlive_the_browser(ask, person):
    kind = next(slug for slug in kinds.slugs() if kinds.proving(slug))
    holder, kept = kinds.holder(kinds.way(kind).stored(person)), {}
    for path, answer in kinds.proving(kind).items():
        page = ask(path, Cookie=brought(kept))
        kept |= cookies(page)
        form = dict(re.findall(r'name="(csrfmiddlewaretoken|visit)" value="([^"]+)"', page.text))
        form |= answer(page.text, f"https://{HOST}", holder)
        response = ask(path, method="POST", form=form, Cookie=brought(kept), Origin=f"https://{HOST}")
        assert response.status == 302
        kept |= cookies(response)
    assert kept["__Host-careid-way"][0] == kind
    usual = {"secure", "httponly", "path=/", "samesite=lax"}
    ages = {name: [one for one in words - usual if not one.startswith("expires=")] for name, (_, words) in kept.items()}
    assert all(usual <= words for _, words in kept.values())
    assert ages == {
        "__Host-csrf": [],
        "__Host-careid-visit": [],
        "__Host-careid-session": [],
        "__Host-careid-known": [f"max-age={400 * DAY}"],
        "__Host-careid-way": [f"max-age={730 * DAY}"],
    }


def brought(kept):
    return "; ".join(f"{name}={value}" for name, (value, _) in kept.items())


@pytest.mark.django_db(transaction=True)
def test_the_desks_cookie_goes_to_the_desk_over_https_alone(ask, admin_user):
    page = ask("/admin/login/")
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[:1]
    form = {"username": "admin", "password": "password", "csrfmiddlewaretoken": token}
    secret = cookies(page)["__Host-csrf"][0]
    sent = {"Cookie": f"__Host-csrf={secret}", "Referer": f"https://{HOST}/admin/login/"}
    response = ask("/admin/login/", method="POST", form=form, **sent)
    assert response.status == 302
    assert cookies(response)["__Secure-admin"][1] == {"secure", "httponly", "path=/admin/", "samesite=lax"}


def test_the_demo_is_not_there(ask):
    assert ask("/demo/inbox/").status == 404


def test_the_doctor_tells_whether_the_proxy_drops_names_with_an_underscore(port, settings, live_server, monkeypatch):
    """The portal asked without one takes such a name for its own; Django's own little server drops it, as nginx does."""
    monkeypatch.setattr(proxy, "is_strict", lambda: True)
    settings.ORIGIN = f"http://127.0.0.1:{port}"
    with pytest.raises(Amiss, match="a visitor chooses the address"):
        proxy.drops_underscores()
    settings.ORIGIN = live_server.url
    assert proxy.drops_underscores() == "it drops headers whose names have an underscore"
    settings.ORIGIN = "http://127.0.0.1:9"
    assert proxy.drops_underscores() == "could not be asked from here"
