"""A phone that shows an app's codes: each is asked for once, as each works once."""

import time

import pyotp

STEP = 30  # seconds


class Phone:
    """The app of this key. Its next code is one that was not used and is taken now: the step before, now, or the next."""

    def __init__(self, key):
        self.totp, self.used = pyotp.TOTP(key), int(time.time()) // STEP - 2

    def code(self):
        self.used = max(self.used + 1, self._now() - 1)
        while self.used > self._now() + 1:
            time.sleep(0.2)
        return self.totp.generate_otp(self.used)

    def wrong(self):
        near = {self.totp.generate_otp(self._now() + step) for step in range(-15, 16)}
        return next(f"{number:06}" for number in range(100) if f"{number:06}" not in near)

    def _now(self):
        return int(time.time()) // STEP
