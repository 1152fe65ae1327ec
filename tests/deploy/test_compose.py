"""What an operator starts the portal with says what the code reads: no engine is needed to hold it to that."""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.db import connection

from authenticators.models import Authenticator
from careid.serving import uploads
from careid.trail.seals import sealing
from tests import kinds
from tests.deploy.files import (
    BEFORE,
    BUILD,
    COMPOSE,
    FINAL,
    OURS,
    ROOT,
    SERVICES,
    UNITS,
    command,
    environment,
    healthcheck,
    in_git,
    let_through,
    of,
    of_service,
    of_unit,
)  # fmt: skip
from tests.environment import ENVIRONMENT
from tests.visitors import Visitor

DEMOS = {"CAREID_DEMO", *(name for name in ENVIRONMENT if "_DEMO_" in name)}
NOT_OURS = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
READ = re.compile(r"(?:\benv\.\w+\(|os\.environ\.get\(|os\.environ\[)\s*\"([A-Z][A-Z0-9_]+)\"")


@cache
def read_by_the_code():
    files = (ROOT / "careid").rglob("*.py")
    return {name for file in files for name in READ.findall(file.read_text())} - DEMOS


def written_down():
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def setting(name):
    """The setting that a variable sets, by itself or by a file."""
    return name if name in read_by_the_code() else name.removesuffix("_FILE")


def test_every_setting_is_explained_and_each_explained_one_is_read():
    assert written_down() == read_by_the_code() - {"PROMETHEUS_MULTIPROC_DIR"}


@pytest.mark.parametrize("name", OURS)
def test_a_services_variables_are_settings_and_its_files_are_its_secrets(name):
    for variable, value in (OURS[name]["environment"] | environment()).items():
        assert setting(variable) in read_by_the_code() | NOT_OURS, variable
        for file in re.findall(r"/run/secrets/(\w+)", value):
            assert variable.endswith("_FILE") or variable == "CAREID_SIGNING_KEYS"  # which names files itself
            assert file in OURS[name]["secrets"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_units_variables_are_settings_and_its_files_are_its_credentials(unit):
    credentials = set(re.findall(r"^LoadCredential=(\w+):/etc/careid/secrets/\1$", unit.read_text(), re.MULTILINE))
    variables = of_unit(unit)
    assert {setting(name) for name in variables} <= read_by_the_code() | NOT_OURS
    files = set(re.findall(r"%d/(\w+)", " ".join(variables.values())))
    assert files == credentials
    assert variables["PYTHONDONTWRITEBYTECODE"] == "1"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operator") / "secrets"
    subprocess.run([sys.executable, ROOT / "deploy" / "make_secrets.py", folder], check=True)
    return folder


def test_each_secret_is_made_and_each_made_one_is_used(secrets):
    made = {file.name for file in secrets.iterdir()}
    assert made == {file["file"].removeprefix("./secrets/") for file in COMPOSE["secrets"].values()}
    assert (
        made
        == set(COMPOSE["secrets"])
        == {name for service in SERVICES.values() for name in service.get("secrets", ())}
    )
    assert secrets.stat().st_mode & 0o077 == 0


def test_keys_in_use_are_not_made_anew(secrets):
    before = (secrets / "careid_keys").read_text()
    again = subprocess.run(
        [sys.executable, ROOT / "deploy" / "make_secrets.py", secrets], capture_output=True, text=True, check=False
    )
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert (secrets / "careid_keys").read_text() == before


def test_a_portal_of_two_roles_is_given_the_workers_files_and_keeps_its_own(secrets, tmp_path):
    folder = tmp_path / "secrets"
    shutil.copytree(secrets, folder)
    (folder / "database_url").chmod(0o600)
    (folder / "database_url").write_text("postgres://careid_run:x@db.example.nhs.uk:6432/careid?sslmode=verify-full\n")
    for name in ("work_password", "database_url_worker"):
        (folder / name).unlink()
    before = {file.name: file.read_text() for file in folder.iterdir()}
    words = [sys.executable, ROOT / "deploy" / "make_secrets.py", "--worker", folder]
    assert subprocess.run(words, check=False).returncode == 0
    password = (folder / "work_password").read_text().strip()
    assert (folder / "database_url_worker").read_text() == (
        f"postgres://careid_work:{password}@db.example.nhs.uk:6432/careid?sslmode=verify-full\n"
    )
    again = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert before.items() <= {file.name: file.read_text() for file in folder.iterdir()}.items()


def test_a_portal_of_before_is_given_the_key_that_signs_and_keeps_its_own(secrets, tmp_path):
    folder = tmp_path / "secrets"
    shutil.copytree(secrets, folder)
    (folder / "signing_key").unlink()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    words = [sys.executable, ROOT / "deploy" / "make_secrets.py", "--signing", folder]
    assert subprocess.run(words, check=False).returncode == 0
    made = (folder / "signing_key").read_bytes()
    assert made.startswith(b"-----BEGIN PRIVATE KEY-----")
    again = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before | {"signing_key": made}


def test_the_key_that_signs_is_read_by_the_containers_user_and_by_nobody_else(secrets):
    found = (secrets / "signing_key").stat()
    assert found.st_mode & 0o777 == 0o400
    assert (found.st_uid == 10001) if os.getuid() == 0 else (found.st_uid == os.getuid())
    assert of(FINAL, "USER") == ["10001:10001"]


def test_production_accepts_the_workers_settings_which_are_the_webs_with_the_seals_keys_and_a_role_of_its_own(secrets):
    given = of_service("worker", secrets)
    own = {
        "CAREID_SEAL_KEYS_FILE": f"{secrets}/careid_seal_keys",
        "DATABASE_URL_FILE": f"{secrets}/database_url_worker",
    }
    assert of_service("web", secrets) | own == given
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT,
        env=given | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def everything_on_file(transactional_db, person):
    """What a portal has that people used: an authenticator of each kind, events, mails and their jobs, a seal."""
    for kind in kinds.slugs():
        if kind in kinds.by_forms():
            Visitor().enrol(person, kind)
        else:
            Authenticator.objects.create(profile=person, kind=kind, external_id="elsewhere", material={})
    assert sealing.seal(patience=60)


@pytest.fixture
def roles(transactional_db):
    """The names that are written down, each with a role of this run's own."""
    names = {name: f"{name}_{os.getpid()}" for name in re.findall(r"\bcareid_\w+", " ".join(command("grants")))}
    with connection.cursor() as cursor:
        for role in names.values():
            cursor.execute(f"CREATE ROLE {role} LOGIN")
        yield names
        for role in names.values():
            cursor.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_the_next_up_runs_each_service_on_what_people_left_there(secrets, everything_on_file, roles, tmp_path):
    """`docker compose up` runs migrate and grants each time, with their own environment and nothing else."""
    database = tmp_path / "database_url"
    database.write_text(ENVIRONMENT["DATABASE_URL"].replace("/careid?", f"/{connection.settings_dict['NAME']}?"))
    running = []
    for name in ("migrate", "grants", "web"):  # and the others have the web's
        given = of_service(name, secrets) | {"PATH": os.environ["PATH"], "DATABASE_URL_FILE": str(database)}
        words = [roles.get(word, word) for word in command(name)[1:]]
        if name == "web":  # which goes on for ever: what it asks before it begins
            words[1:] = ["check", "--deploy", "--database", "default"]
        begun = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=given, stderr=subprocess.PIPE, text=True)
        running.append(begun)
    said = [one.communicate()[1] for one in running]
    assert [one.returncode for one in running] == [0] * len(running), said


def test_the_doctor_can_ask_all_that_it_asks_with_what_the_web_has():
    doctor, others = OURS["doctor"], [OURS["web"], OURS["worker"]]
    assert set(doctor["networks"]) == {network for one in others for network in one["networks"]}
    assert (doctor["environment"], doctor["secrets"]) == (others[0]["environment"], others[0]["secrets"])
    assert doctor["profiles"] == ["doctor"]  # so that `up` does not start it


def manage_commands():
    """Every `manage.py …` that is written down for an operator: where, and which."""
    for name in OURS:
        yield name, command(name)[2]
    for file in [*UNITS, ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for found in re.findall(r"manage\.py ([a-z]\w*)", file.read_text()):
            yield file.name, found


@pytest.mark.parametrize(("where", "name"), sorted(set(manage_commands())))
def test_each_command_that_is_written_down_is_there(where, name):
    assert name in get_commands()


def test_the_ports_agree():
    port = environment()["PORT"]
    assert of(FINAL, "EXPOSE") == [port]
    assert f"'127.0.0.1', {port}," in healthcheck()[2]
    assert f"server web:{port} resolve" in COMPOSE["configs"]["upstream"]["content"]
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    [listens] = re.findall(r"listen (\d+) ssl;", nginx)
    assert SERVICES["proxy"]["ports"] == [f"${{CAREID_LISTEN:-127.0.0.1:{listens}}}:{listens}"]
    assert SERVICES["web"]["environment"]["CAREID_ORIGIN"] == f"${{CAREID_ORIGIN:-https://localhost:{listens}}}"
    beside = re.findall(r"127\.0\.0\.1:(\d+) max_fails=", (ROOT / "deploy" / "upstream.conf").read_text())
    for unit in (ROOT / "deploy" / "systemd").glob("careid-web@*"):
        assert re.findall(r"careid-web@(\d+)", unit.read_text()) == beside


def test_the_proxys_image_can_look_its_web_up_again_and_waits_for_none_that_is_gone():
    version = SERVICES["proxy"]["image"].partition(":")[2].partition("@")[0]
    assert tuple(map(int, version.split("."))) >= (1, 27, 3)  # `resolve` in `upstream`, and `resolver` beside it
    words = COMPOSE["configs"]["upstream"]["content"].split(";")
    assert {word.split()[0] for word in words if word.strip()} == {"zone", "resolver", "resolver_timeout", "server"}
    assert "127.0.0.11 valid=1s" in words[1]  # the engine's own


def test_the_proxy_takes_what_the_portal_takes_and_its_secrets_lie_where_it_looks():
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    assert int(re.search(r"client_max_body_size (\d+)k;", nginx)[1]) * 1024 > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    [pages] = re.findall(r"location ~ (\^/admin/\S+) \{", nginx)
    assert pages == f"^{uploads.PAGES.pattern.replace('(?:', '(').replace('{1,18}', '+')}$"
    for word in ("client_max_body_size", "client_body_buffer_size"):
        assert re.findall(rf"{word} (\d+);", nginx)[0] == str(settings.UPLOAD_MOST)
    assert set(re.findall(r"/run/secrets/(\w+)", nginx)) == set(SERVICES["proxy"]["secrets"])
    assert f"include {SERVICES['proxy']['configs'][0]['target']};" in nginx


def test_who_it_says_they_are_is_said_wherever_it_asks_the_portal():
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    everywhere, *elsewhere = (
        {line for line in re.findall(r"proxy_set_header (.+?);", part) if not line.startswith("Content-Length")}
        for part in nginx.split("location ")
        if "proxy_set_header" in part
    )
    assert len(everywhere) == 7
    assert elsewhere == [everywhere, everywhere]


def test_what_the_image_is_made_of_is_in_git_and_let_through():
    files = in_git()
    sources = [word for rest in of(BUILD, "COPY") for word in rest.split()[:-1]]
    for source in sources:
        under = [file for file in files if file == source or file.startswith(f"{source}/")]
        assert under, source
        assert all(let_through(file) for file in under)
    for file in filter(let_through, files):
        assert any(file == source or file.startswith(f"{source}/") for source in sources), file
    for kept_out in (
        ".env",
        ".demo/env",
        ".git/config",
        "secrets/careid_keys",
        "tests/conftest.py",
        "requirements/dev.txt",
        "careid/__pycache__/x.pyc",
    ):
        assert not let_through(kept_out), kept_out


def test_each_file_that_is_mounted_is_in_git():
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())]
    ours = [path.removeprefix("./") for path in mounted if path.startswith("./")]
    assert len(ours) == 2
    assert set(ours) <= set(in_git())


def test_each_image_has_a_tag_of_its_own():
    base = dict(rest.split("=") for rest in of(BEFORE, "ARG"))["PYTHON"]
    assert {rest.split()[0] for stage in (BUILD, FINAL) for rest in of(stage, "FROM")} == {"python:${PYTHON}"}
    for image in [f"python:{base}", *(service["image"] for service in SERVICES.values() if "build" not in service)]:
        assert re.fullmatch(r"[\w./-]+:v?\d+[\w.-]*", image), image


def test_the_image_runs_as_nobody_in_particular_and_stops_politely():
    assert of(FINAL, "USER") == ["10001:10001"]
    assert of(FINAL, "STOPSIGNAL") == ["SIGTERM"]
    assert all(json.loads(rest) for rest in of(FINAL, "CMD"))  # so that the signal reaches it, and no shell
    for unit in UNITS:
        assert "User=careid" in unit.read_text()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_write_nothing_and_become_nobody(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(mount.startswith("/tmp") for mount in service["tmpfs"])


def test_each_waits_for_what_it_needs_and_only_the_proxy_is_open_to_others():
    conditions = {
        name: {needed: how["condition"] for needed, how in service["depends_on"].items()}
        for name, service in SERVICES.items()
        if "depends_on" in service
    }
    made, healthy = "service_completed_successfully", "service_healthy"
    assert conditions == {
        "migrate": {"db": healthy},
        "grants": {"migrate": made},
        "web": {"grants": made},
        "worker": {"grants": made},
        "proxy": {"web": healthy},
    }
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy", "mailpit"}
    assert all("data" in OURS[name]["networks"] for name in OURS)
    assert COMPOSE["networks"]["data"]["internal"] is True
    for name, networks in ((name, service["networks"]) for name, service in OURS.items()):
        for network in networks:  # none has a way out, but for one that is opened for it
            assert str(COMPOSE["networks"][network]["internal"]).endswith(("True", ":-true}")), (name, network)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_its_units(tmp_path):
    for unit in UNITS:
        text = unit.read_text().replace("/opt/careid/current/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    files = [tmp_path / unit.name for unit in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert "careid-" not in done.stderr, done.stderr
