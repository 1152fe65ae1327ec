"""A person who has added an app, and its phone."""

import pytest

from tests.authenticators.totp import way
from tests.authenticators.totp.browser.phone import Phone


@pytest.fixture
def phone(walk):
    walk.to_last("totp")
    phone = Phone(way.key(walk.page.content()))
    walk.page.get_by_label("Code that the app shows").fill(phone.code())
    walk.press()
    walk.at("done")
    walk.page.context.clear_cookies()
    return phone
