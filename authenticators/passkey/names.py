"""What keeps a passkey, by its AAGUID: a name to show, which decides nothing."""

import json
from base64 import urlsafe_b64decode
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("names.json")
UNKNOWN: Final = "Passkey"
NAME_MOST: Final = 80  # characters


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = json.loads(FILE.read_text())
    return names


def provider(details: dict[str, Any]) -> str:
    """The provider's name for a passkey's details; "Passkey" where the AAGUID is not known."""
    return _names().get(details.get("aaguid", ""), UNKNOWN)


def read_metadata(text: str) -> dict[str, str]:
    """AAGUIDs and names of FIDO's metadata file, the signed BLOB or its payload (FIDO Metadata Service, 3.1).

    ValueError where `text` is neither. The signature is not checked: these are names to show.
    """
    parts = text.strip().split(".")
    try:
        payload = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)) if len(parts) == 3 else text
        entries = json.loads(payload)["entries"]
        found = {
            entry["aaguid"].lower(): entry["metadataStatement"]["description"][:NAME_MOST]
            for entry in entries
            if "aaguid" in entry
        }
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("not FIDO's metadata file") from error
    return found


def refresh(text: str) -> int:
    """Add the names of FIDO's metadata file to ours, which stay as they are. Returns how many names there are."""
    names = dict(sorted((read_metadata(text) | json.loads(FILE.read_text())).items()))
    FILE.write_text(json.dumps(names, indent=1, ensure_ascii=False) + "\n")
    _names.cache_clear()
    return len(names)
