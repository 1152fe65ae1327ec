#!/usr/bin/env python3
"""Makes the keys and passwords of a new portal, a file each: python3 deploy/make_secrets.py [FOLDER]

FOLDER (./secrets) must not be there yet: keys that are in use are never made anew. Needs openssl, for the certificate
of a trial, and nothing else. Keep a copy of the keys (careid_*) apart from the database and its backups.
"""

import base64
import secrets
import subprocess
import sys
from pathlib import Path


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def contents() -> dict[str, str]:
    migrate, run = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    return {
        "secret_key": secrets.token_urlsafe(50),
        "careid_keys": key("k1"),
        "careid_index_keys": key("i1"),
        "careid_seal_keys": key("s1"),
        "postgres_password": secrets.token_urlsafe(32),
        "migrate_password": migrate,
        "run_password": run,
        "database_url": f"postgres://careid_run:{run}@db:5432/careid",
        "database_url_migrate": f"postgres://careid_migrate:{migrate}@db:5432/careid",
        "email_url": "smtp://mailpit:1025",
    }


def make(folder: Path) -> None:
    # A container's user has another number than ours, so the files are open; the folder lets nobody in.
    folder.mkdir(mode=0o700, parents=True)
    for name, content in contents().items():
        (folder / name).write_text(content + "\n")
    names = "/CN=localhost", "subjectAltName=DNS:localhost"
    made = ["-keyout", folder / "tls_key", "-out", folder / "tls_certificate"]
    new = ["openssl", "req", "-x509", "-nodes", "-days", "30", "-newkey", "ec"]
    curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"]
    subprocess.run([*new, *curve, "-subj", names[0], "-addext", names[1], *made], check=True, capture_output=True)  # noqa: S603  our own words
    for file in folder.iterdir():
        file.chmod(0o444)


if __name__ == "__main__":
    where = Path(sys.argv[1] if len(sys.argv) > 1 else "secrets")
    if where.exists():
        sys.stderr.write(f"{where}: it is there already, and keys in use must be kept. Name another folder.\n")
        sys.exit(2)
    make(where)
    sys.stdout.write(f"{where}: made. Keep copies of the keys (careid_*) apart from the database.\n")
