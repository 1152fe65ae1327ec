"""Text that is slow to normalise holds nobody up."""

import http.client
import re
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.marks import EIGHT, MARKS
from tests.serving.running import ask

pytestmark = pytest.mark.django_db  # or no database would be made for the process
FORMS = {"/admin/login/": {"username": "ra", "password": EIGHT}, "/details/": {"email": f"x@{MARKS}"}}
SECONDS = 5  # of a processor, for a dozen forms; one took seven


def send(port, path):
    """The status of a form with its token, as multipart: 48,000 marks are under 100 KB there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": "localhost"})
    page = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode()).group(1)
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    fields = {"csrfmiddlewaretoken": token, **FORMS[path]}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    headers = {"Host": "localhost", "Cookie": cookie, "Content-Type": "multipart/form-data; boundary=x"}
    connection.request("POST", path, "".join([*parts, "--x--\r\n"]).encode(), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def processor(process):
    return sum(sum(one.cpu_times()[:2]) for one in psutil.Process(process.pid).children(recursive=True))


def test_a_dozen_forms_of_48000_marks_hold_no_process_up(web):
    process, port = web
    before = processor(process)
    with ThreadPoolExecutor(4) as senders:
        sent = [senders.submit(send, port, path) for path in FORMS for _ in range(6)]
        while not all(one.done() for one in sent):
            assert ask(port, "/healthz")[0] == 200
            time.sleep(0.05)
    assert [one.result() for one in sent] == [422] * 12
    assert processor(process) - before < SECONDS
