"""A session whose answers are given, and answers as `requests` makes them."""

from io import BytesIO

import requests
from urllib3 import HTTPResponse


class Scripted(requests.Session):
    """A session whose answers are given: each a status and a text, or an exception."""

    def __init__(self, *answers):
        super().__init__()
        self.answers, self.asked = list(answers), []

    def request(self, method, url, **more):
        self.asked.append((method, url, more))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return response(*answer)


def response(status, text, headers=None):
    made = requests.Response()
    made.status_code = status
    made.headers.update(headers or {})
    body = text if isinstance(text, bytes) else text.encode()
    made.raw = HTTPResponse(BytesIO(body), headers=headers, status=status, preload_content=False)
    return made
