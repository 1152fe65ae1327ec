"""A file of a hundred thousand people: by the command, and by a bare COPY of the same file."""

import csv
import os
import sys
import time
from collections import namedtuple

from tests.bench import portal

ROWS, FEW = 100_000, 20_000
Import = namedtuple("Import", "rows_a_minute times_copy memory memory_of_few again_a_minute")


def measure(database):
    """The command's rows a minute, its time beside COPY's, and its greatest memory with all rows and with few."""
    path, few = portal.FOLDER / "people.csv", portal.FOLDER / "few.csv"
    write(path, ROWS, start=5_000_000)
    write(few, FEW, start=9_000_000)
    _, memory_of_few = run(few)
    copied = copy(database, path)
    taken, memory = run(path)
    again, _ = run(path)  # nothing changes: each row is compared
    return Import(ROWS / taken * 60, taken / copied, memory, memory_of_few, ROWS / again * 60)


def write(path, rows, *, start):
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["user_id", "given_name", "family_name", "email", "national_insurance_number",
                      "organisation_code", "identity_level"])  # fmt: skip
        for n in range(start, start + rows):
            letters = "ABCEGHJKLM"
            nino = f"{letters[n // 10_000_000 % 10]}{letters[n // 1_000_000 % 10]}{n % 1_000_000:06}A"
            out.writerow(
                [f"{700_000_000_000 + n}", "Ama", f"Sample{n % 5000}", f"import{n}@file.example.nhs.uk", nino, "RX1", 3]
            )


def run(path):
    """Wall seconds of `manage.py import_profiles`, and the most memory that it held, in bytes."""
    started = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "manage.py", "import_profiles", str(path), "--new-organisations"],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, out, str(portal.FOLDER / "import.log"), os.O_WRONLY | os.O_CREAT, 0o600)
            for out in (1, 2)
        ],
    )
    _, status, used = os.wait4(child, 0)
    assert status == 0, (portal.FOLDER / "import.log").read_text()
    return time.perf_counter() - started, used.ru_maxrss * 1024


def copy(database, path):
    """Seconds of a COPY of the file as it stands into a table of text, with no index and no check."""
    with portal.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (a text, b text, c text, d text, e text, f text, g text)")
        started = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as into, path.open("rb") as file:
            while part := file.read(1 << 16):
                into.write(part)
        taken = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    return taken
