"""What keeps a passkey, by its AAGUID: a name to show, which decides nothing.

Ours come with the code. Those of FIDO's file stand in `settings.PASSKEY_NAMES`: the code may be read-only.
"""

import json
import os
import tempfile
from base64 import urlsafe_b64decode
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

OURS: Final = Path(__file__).with_name("names.json")
UNKNOWN: Final = "Passkey"
NAME_MOST: Final = 80  # characters


@lru_cache(maxsize=1)
def _names(written: tuple[int, int]) -> dict[str, str]:  # when, and of what size: a file that is put there anew is read
    return _read(_file()) | _read(OURS) if any(written) else _read(OURS)


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        found = None  # a name decides nothing, so no page fails for one
    names = found.items() if isinstance(found, dict) else ()
    return {aaguid: name[:NAME_MOST] for aaguid, name in names if isinstance(name, str)}


def _file() -> Path:
    return Path(settings.PASSKEY_NAMES) if settings.PASSKEY_NAMES else OURS


def _written() -> tuple[int, int]:
    try:
        found = _file().stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def provider(details: dict[str, Any]) -> str:
    """The provider's name for a passkey's details; "Passkey" where the AAGUID is not known."""
    return _names(_written()).get(details.get("aaguid", ""), UNKNOWN)


def read_metadata(text: str) -> tuple[dict[str, str], int]:
    """AAGUIDs and names of FIDO's metadata file, the signed BLOB or its payload (FIDO Metadata Service, 3.1).

    Gives also how many entries say of a passkey no name that can be read: those are left out. ValueError where `text`
    is no such file. The signature is not checked: these are names to show.
    """
    parts = text.strip().split(".")
    try:
        payload = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)) if len(parts) == 3 else text
        entries = [entry for entry in json.loads(payload)["entries"] if "aaguid" in entry]
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError("not FIDO's metadata file") from error
    found = dict(filter(None, map(_named, entries)))
    if entries and not found:
        raise ValueError("not FIDO's metadata file")
    return found, len(entries) - len(found)


def _named(entry: Any) -> tuple[str, str] | None:
    try:
        name = " ".join(entry["metadataStatement"]["description"].split())[:NAME_MOST]
        return (str(UUID(entry["aaguid"])), name) if name else None
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def refresh(text: str) -> tuple[int, int]:
    """Put the names of FIDO's metadata file where every process finds them; ours stay as they are.

    Returns how many names there are now, and how many entries were left out. ValueError as `read_metadata`; OSError
    where the place can't be written.
    """
    found, left_out = read_metadata(text)
    names = dict(sorted((_read(_file()) | found | _read(OURS)).items()))
    _put(json.dumps(names, indent=1, ensure_ascii=False) + "\n", _file())
    return len(names), left_out


def _put(text: str, path: Path) -> None:
    """Put a whole file in the place of the one before: who reads meanwhile has the old one or the new."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
        os.fchmod(file.fileno(), 0o644)
    Path(file.name).replace(path)
