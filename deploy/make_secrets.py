#!/usr/bin/env python3
"""Makes the keys and passwords of a new portal, a file each: python3 deploy/make_secrets.py [FOLDER]

FOLDER (./secrets) must not be there yet: keys that are in use are never made anew. Where it is, `--worker FOLDER` adds
what the worker's own role in the database needs, `--signing FOLDER` the key that signs what services are told, and
neither touches anything else. Needs openssl, for that key and for the certificate of a trial, and nothing more. Keep a
copy of the keys (careid_*) apart from the database and its backups.
"""

import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

CONTAINERS_USER = 10001


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
        **of_worker(f"postgres://careid_run:{run}@db:5432/careid"),
        "database_url_migrate": f"postgres://careid_migrate:{migrate}@db:5432/careid",
        "email_url": "smtp://mailpit:1025",
    }


def of_worker(webs: str) -> dict[str, str]:
    """The password of the worker's role, and its address: the web's, as another role."""
    work = secrets.token_urlsafe(32)
    return {"work_password": work, "database_url_worker": re.sub(r"//[^/@]*@", f"//careid_work:{work}@", webs)}


def add_worker(folder: Path) -> None:
    """Raises OSError where one of the files is there already, or the web's address is not."""
    for name, content in of_worker((folder / "database_url").read_text().strip()).items():
        with (folder / name).open("x") as file:
            file.write(content + "\n")
        (folder / name).chmod(0o444)


def add_signing(folder: Path) -> None:
    """Nobody else may read this one, or it is refused. Raises OSError where it is there already, or no folder is."""
    made = folder / "signing_key"
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        words = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        subprocess.run(words, check=True, stdout=file, stderr=subprocess.DEVNULL)  # noqa: S603  our own words
    if os.getuid() == 0:
        os.chown(made, CONTAINERS_USER, -1)


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
    add_signing(folder)


ADDING = {
    "--worker": (add_worker, "work_password and database_url_worker added. See that the address is right."),
    "--signing": (add_signing, "signing_key added."),
}


def main(arguments: list[str]) -> str:
    """What to say; an exit with the reason where it was not done."""
    adding = arguments[0] if arguments[:1] and arguments[0] in ADDING else ""
    where = Path((arguments[bool(adding) :] or ["secrets"])[0])
    owner = "" if os.getuid() == 0 else f" For containers: sudo chown {CONTAINERS_USER} {where / 'signing_key'}"
    if adding:
        add, words = ADDING[adding]
        try:
            add(where)
        except OSError as error:
            raise SystemExit(f"{error.filename}: {error.strerror}. What is in use is kept as it is.") from error
        return f"{where}: {words}{owner if adding == '--signing' else ''}"
    if where.exists():
        raise SystemExit(f"{where}: it is there already, and keys in use must be kept. Name another folder.")
    make(where)
    return f"{where}: made. Keep copies of the keys (careid_*) apart from the database.{owner}"


if __name__ == "__main__":
    try:
        sys.stdout.write(main(sys.argv[1:]) + "\n")
    except SystemExit as refused:
        sys.stderr.write(f"{refused.code}\n")
        sys.exit(2)
