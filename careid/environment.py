"""Reads settings. One that can't be read is named in a line, without its value; those asked for are remembered."""

import os
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

OURS: Final = "CAREID_"
VALUE_MOST: Final = 10_000  # characters, of a ring with many keys: what is longer is no setting, and slow to read
NOT_SETTINGS: Final = ("CAREID_TEST_", "CAREID_SCREENSHOTS", "CAREID_DEMO_")  # the tests' and the demo's own
WORDS: Final = {"on", "off", "true", "false", "yes", "no", "1", "0", ""}


class _Files(FileAwareMapping):
    """A file that some editor began with a byte order mark says what it says without one."""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).removeprefix("\ufeff")


class Environment(environ.FileAwareEnv):
    ENVIRON = _Files()
    asked: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.asked = set()

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        self.asked.add(var)
        try:
            if len(self.ENVIRON.get(var, "")) > VALUE_MOST:  # a file's words too
                raise ImproperlyConfigured(f"{var}: is longer than {VALUE_MOST} characters.")
            return super().get_value(var, *args, **kwargs)
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{var}_FILE: names no file that can be read.") from error
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}: is not written as it should be.") from error

    def bool(self, var: str, default: bool = False) -> bool:  # noqa: FBT002  as the library's own
        written = str(self.str(var, default=str(default))).strip().lower()
        if written not in WORDS:
            raise ImproperlyConfigured(f"{var}: is neither on nor off.")
        return written in {"on", "true", "yes", "1"}

    def count(self, var: str, *, default: int, most: int, least: int = 1) -> int:
        """A whole number from `least` to `most`; the default where it is empty. ImproperlyConfigured for any other."""
        written = str(self.str(var, default="")).strip() or str(default)
        digits = written.isascii() and written.isdigit() and len(written) <= len(str(most))
        if not digits or not least <= int(written) <= most:
            raise ImproperlyConfigured(f"{var}: is not a whole number from {least} to {most}.")
        return int(written)

    def postgres_url(self, var: str, *, default: str) -> dict[str, Any]:
        """Django's settings. A socket's folder may stand in the host's place, percent-encoded, as libpq takes it."""
        if not str(self.str(var, default=default)).startswith(("postgres://", "postgresql://")):
            raise ImproperlyConfigured(f"{var}: is not a Postgres address.")
        found = _address(var, lambda: self.db_url(var, default=default))
        return found | {"HOST": unquote(str(found.get("HOST", "")))}

    def mail_url(self, var: str, *, default: str) -> dict[str, Any]:
        """Django's settings of mail. `smtps://` is TLS from the first byte (RFC 8314, 3.3), `smtp+tls://` STARTTLS."""
        config = _address(var, lambda: self.email_url(var, default=default))
        implicit = str(self.str(var, default=default)).startswith("smtps:")
        return config | {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False} if implicit else config

    def unknown(self) -> Iterator[str]:
        """Names in the environment that look like ours and that nothing asks for, each with the one that is meant."""
        for name in sorted(os.environ):
            known = name in self.asked or name.removesuffix("_FILE") in self.asked
            if name.startswith(OURS) and not name.startswith(NOT_SETTINGS) and not known:
                meant = get_close_matches(name, self.asked, n=1, cutoff=0.75)
                yield f"{name}: is not a setting" + (f"; is {meant[0]} meant?" if meant else ".")


def _address(var: str, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return read()
    except (ImproperlyConfigured, ValueError, KeyError, TypeError) as error:
        if str(error).startswith(var):
            raise
        raise ImproperlyConfigured(f"{var}: is not an address that can be read.") from error
