"""One visitor over HTTP, a connection kept open, who walks the journey as a browser does."""

import re
import time
from collections import namedtuple
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests import kinds

Page = namedtuple("Page", "status body location seconds")
CODE = re.compile(rb"^\s*(\d{6})\s*$", re.MULTILINE)
PATIENCE = 60  # seconds
FORM = "application/x-www-form-urlencoded"


class Unexpected(Exception):
    """An answer that an honest visitor should not get."""


class Browser:
    """`pages` is what was asked for, in order, with the answer's size and time."""

    def __init__(self, port, address):
        self.http = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.origin = f"http://127.0.0.1:{port}"
        self.headers = {"X-Forwarded-For": address, "User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}
        self.cookies, self.token, self.pages = {}, "", []

    def ask(self, method, path, fields=None):
        headers = {**self.headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            headers["Content-Type"] = FORM
            body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
        started = time.perf_counter()
        self.http.request(method, path, body, headers)
        response = self.http.getresponse()
        text = response.read()
        page = Page(response.status, text, response.headers.get("Location", ""), time.perf_counter() - started)
        self.pages.append((f"{method} {path}", page))
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return page

    def get(self, path):
        page = self.ask("GET", path)
        if page.status != 200:
            raise Unexpected(f"GET {path}: {page.status}")
        if found := re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body):
            self.token = found.group(1).decode()
        return page.body.decode(errors="replace")

    def post(self, path, fields):
        """Post a form, and open the page that the answer leads to."""
        page = self.ask("POST", path, fields)
        if page.status != 302:
            raise Unexpected(f"POST {path}: {page.status}")
        return self.get(page.location)


def enrol(browser, person, *, answer, box):
    """From the start page to the confirmation. `answer` reads a picture by its key; `box` is where the code comes."""
    browser.get("/")
    picture = re.search(r'name="captcha_0"[^>]*value="([0-9a-f]{40})"', browser.get("/details/")).group(1)
    browser.get(f"/captcha/image/{picture}/")
    typed = {"email": person.email, "national_insurance_number": person.nino}
    browser.post("/details/", {**typed, "captcha_0": picture, "captcha_1": answer(picture)})
    started = time.perf_counter()
    code = CODE.search(box.get(timeout=PATIENCE)).group(1).decode()
    waited = time.perf_counter() - started
    browser.post("/code/", {"code": code})
    page = browser.post("/authenticators/", {"kind": kinds.some_kind()})
    for path, typed in kinds.pages(kinds.some_kind()).items():
        page = browser.post(path, typed(page, browser.origin))
    if 'data-page="done"' not in page:
        raise Unexpected("the confirmation did not come")
    return waited
