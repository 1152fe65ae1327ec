"""What the operator runs: is it set up right, and links after a change of tenant."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import formatdate

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import CommandError, call_command

from authenticators.models import Authenticator
from authenticators.nhsnet import checks, inspection
from careid.fetching.fetcher import Answer
from careid.trail.models import Event
from tests.environment import ENVIRONMENT
from tests.operating.test_doctor import doctor
from tests.test_manage import OURS

pytestmark = pytest.mark.django_db


def test_its_commands_are_held_to_what_all_are_held_to():
    assert {"nhsnet_check", "nhsnet_relink"} <= set(OURS)


OLD, NEW = ENVIRONMENT["NHSNET_TENANT_ID"], "11111111-2222-4333-8444-555555555555"
A, B, C, X, Z = (f"00000000-0000-4000-8000-{digit * 12}" for digit in "abc12")
COLUMNS = "old_object_id,new_object_id"


def pem(days):
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "careid")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    now = datetime.now(UTC)
    made = (
        made.not_valid_before(now - timedelta(days=900)).not_valid_after(now + timedelta(days=days)).sign(key, SHA256())
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)


@pytest.fixture
def certificate(settings, tmp_path):
    def write(days):
        file = tmp_path / "client.pem"
        file.write_bytes(pem(days))
        settings.NHSNET_CLIENT_SECRET, settings.NHSNET_CLIENT_CERTIFICATE_FILE = "", str(file)
        return file

    return write


class TestCheck:
    def run(self, capsys):
        try:
            call_command("nhsnet_check")
            status = 0
        except SystemExit as stopped:
            status = stopped.code
        return status, capsys.readouterr().out

    def test_all_is_well(self, provider, capsys):
        status, said = self.run(capsys)
        assert status == 0, said
        assert "ok     Discovery: issuer https://login.nhsnet.example/" in said
        assert "ok     Keys: 1 that sign" in said
        assert "http://localhost/authenticators/nhsnet/callback/" in said
        assert "ok     Secret: accepted" in said
        assert "ok     Clock: " in said
        assert ENVIRONMENT["NHSNET_CLIENT_SECRET"] not in said

    def test_a_secret_that_ended(self, provider, settings, capsys):
        settings.NHSNET_CLIENT_SECRET = "old"
        status, said = self.run(capsys)
        assert status == 1
        assert "WRONG  Secret: refused" in said

    def test_a_redirect_address_that_is_not_registered(self, provider, settings, capsys):
        settings.ORIGIN = "https://elsewhere.example"
        status, said = self.run(capsys)
        assert status == 1
        assert "https://elsewhere.example/authenticators/nhsnet/callback/ is not registered" in said

    @pytest.mark.parametrize(
        ("seconds", "right", "words"),
        [
            (0, True, "0 seconds"),
            (300, False, "300 seconds ahead of theirs"),
            (-300, False, "300 seconds behind theirs"),
        ],
    )
    def test_the_clock(self, seconds, right, words):
        with time_machine.travel(1_800_000_000 + seconds, tick=False):
            found = inspection._clock(Answer(200, "", {"Date": formatdate(1_800_000_000, usegmt=True)}))
        assert found.state == right
        assert words in found.words
        assert inspection._clock(Answer(200, "", {})).state is None

    def test_nobody_there(self, provider, monkeypatch, capsys):
        monkeypatch.setenv("NHSNET_DEMO_PORT", "1")
        status, said = self.run(capsys)
        assert status == 1
        assert "WRONG  NHS.net Connect: no answer to use (away)" in said

    def test_another_tenant(self, provider, settings, capsys):
        settings.NHSNET_TENANT_ID = NEW
        assert "WRONG" in self.run(capsys)[1]

    def test_half_set(self, settings, capsys):
        settings.NHSNET_CLIENT_SECRET = ""
        status, said = self.run(capsys)
        assert status == 1
        assert "NHSNET_CLIENT_SECRET" in said

    def test_not_set_up(self, settings, capsys):
        settings.NHSNET_CLIENT_ID = ""
        status, said = self.run(capsys)
        assert status == 0
        assert "not set up" in said

    @pytest.mark.parametrize(("days", "mark"), [(400, "ok"), (20, "WRONG")])
    def test_a_certificate_and_when_it_ends(self, days, mark, certificate, provider, capsys):
        certificate(days)
        status, said = self.run(capsys)
        assert f"{mark:<6} Certificate: ends on " in said
        assert "PRIVATE" not in said
        assert status == 1  # the stand-in takes secrets alone


class TestSettings:
    def names(self):
        return [found.id for found in checks.half_set()]

    def test_whole_or_nothing(self, settings):
        assert self.names() == []
        settings.NHSNET_CLIENT_ID = settings.NHSNET_CLIENT_SECRET = ""
        assert self.names() == ["careid.NHSNET_CLIENT_ID", "careid.NHSNET_CLIENT_SECRET"]
        settings.NHSNET_TENANT_ID = ""
        assert self.names() == []

    @pytest.mark.parametrize("tenant", ["common", "organizations", "nhs.net", f"{OLD}/"])
    def test_a_tenant_that_is_not_one(self, tenant, settings):
        settings.NHSNET_TENANT_ID = tenant
        assert self.names() == ["careid.NHSNET_TENANT_ID"]

    @pytest.mark.parametrize(
        "authority",
        ["http://login.example", "login.example", "https://login.example/x", "https://", "https://a.example b"],
    )
    def test_an_authority_that_is_not_one(self, authority, settings):
        settings.NHSNET_AUTHORITY = authority
        assert self.names() == ["careid.NHSNET_AUTHORITY"]

    def test_secret_and_certificate_are_one_too_many(self, certificate, settings):
        certificate(100)
        assert self.names() == []
        settings.NHSNET_CLIENT_SECRET = "beside it"
        assert self.names() == ["careid.NHSNET_CLIENT_SECRET"]

    def test_a_certificate_that_ended_or_is_none(self, certificate):
        file = certificate(-1)
        assert self.names() == ["careid.NHSNET_CLIENT_CERTIFICATE_FILE"]
        for content in (b"", b"rubbish", pem(9).partition(b"-----BEGIN CERT")[0]):
            file.write_bytes(content)
            assert self.names() == ["careid.NHSNET_CLIENT_CERTIFICATE_FILE"]
        file.unlink()
        assert self.names() == ["careid.NHSNET_CLIENT_CERTIFICATE_FILE"]

    def test_a_certificate_that_goes_away_later_is_no_500(self, certificate, visitor, person, provider):
        file = certificate(100)
        visitor.verify(person)
        assert visitor.client.post("/authenticators/nhsnet/", {"sole_access": "on"}).status_code == 302
        for change in (lambda: file.write_text("-----BEGIN rubbish"), file.unlink):
            change()
            assert visitor.client.post("/authenticators/nhsnet/", {"sole_access": "on"}).status_code == 503


class TestRelink:
    @pytest.fixture
    def links(self, make_person):
        return [
            Authenticator.objects.create(
                profile=make_person(), kind="nhsnet", external_id=f"{OLD}:{oid}", added_by="person", state=state,
                state_reason="" if state == "active" else "lost", details={"tenant": OLD},
                material={"issuer": "i", "subject": "s", "address": f"{oid}@nhs.net"},
            )
            for oid, state in ((A, "active"), (B, "suspended"), (C, "revoked"))
        ]  # fmt: skip

    def ids(self):
        return sorted(Authenticator.objects.values_list("external_id", flat=True))

    def run(self, capsys, *more):
        call_command("nhsnet_relink", OLD, NEW, *more)
        return capsys.readouterr().out

    def test_live_links_move_each_with_its_event(self, links, capsys):
        assert "2 moved" in self.run(capsys)
        assert self.ids() == sorted([f"{NEW}:{A}", f"{NEW}:{B}", f"{OLD}:{C}"])
        one = Authenticator.objects.get(external_id=f"{NEW}:{A}")
        assert one.details == {"tenant": NEW, "moved_from": [f"{OLD}:{A}"]}
        assert one.material == {"address": f"{A}@nhs.net"}
        events = Event.objects.filter(name="command.run", actor="command:nhsnet_relink")
        assert sorted(str(event.authenticator_id) for event in events if event.authenticator_id) == sorted(
            str(link.pk) for link in links[:2]
        )
        assert events.get(authenticator_id=None).details == {
            "command": "nhsnet_relink",
            "rows": 2,
            "failed": 0,
            "dry_run": False,
        }

    def test_a_dry_run_says_the_same_and_changes_nothing(self, links, capsys):
        before = self.ids()
        assert self.run(capsys, "--dry-run").startswith("Dry run, nothing was changed: 2 moved")
        assert self.ids() == before
        [event] = Event.objects.filter(name="command.run")
        assert event.details["dry_run"] is True

    def test_object_ids_come_from_a_file(self, links, tmp_path, capsys):
        file = tmp_path / "ids.csv"
        file.write_text(f"{COLUMNS},name\n,,\n{A.upper()}, {{{Z}}} ,Ama\n", encoding="utf-8-sig")
        said = self.run(capsys, "--accounts", str(file))
        assert "1 moved, 1 left because the file does not name them" in said
        assert f"{NEW}:{Z}" in self.ids()

    def test_one_that_is_linked_already_is_left(self, links, make_person, capsys):
        Authenticator.objects.create(
            profile=make_person(), kind="nhsnet", external_id=f"{NEW}:{A}", material={}, added_by="person"
        )
        assert "1 moved, 0 left because the file does not name them, 1 left because the new account" in self.run(capsys)

    def test_a_second_run_finds_nothing_left(self, links, capsys):
        self.run(capsys)
        assert "0 moved" in self.run(capsys)

    def test_a_tenant_that_is_not_the_one_of_the_settings_is_told(self, links, settings, capsys):
        assert "NHSNET_TENANT_ID is another tenant" in self.run(capsys, "--dry-run")
        settings.NHSNET_TENANT_ID = NEW.upper()
        assert "NHSNET_TENANT_ID" not in self.run(capsys)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("", "has nothing on its first line"),
            ("a,b\n1,2\n", "has no column old_object_id"),
            (f"{COLUMNS}\n{A},\n", "line 2: new_object_id is not an object id"),
            (f"{COLUMNS}\n{A},ama@nhs.net\n", "line 2: new_object_id is an address"),
            (f"{COLUMNS}\nx,{Z}\n", "line 2: old_object_id is not an object id"),
            (f"{COLUMNS}\n{A},{X}\n{A.upper()},{Z}\n", "line 3: an id stands there twice"),
            (f"{COLUMNS}\n{A},{X}\n{B},{X}\n", "line 3: an id stands there twice"),
            (f"{COLUMNS}\n{A}\n", "line 2 has 1 cells and the first 2"),
            (f"{COLUMNS}\n{A},{X}\n".replace(",", ";"), "separated by semicolons"),
            (f"{COLUMNS}\n{A},{X}\n".encode("utf-16"), "is UTF-16"),
        ],
    )
    def test_a_file_that_is_wrong_changes_nothing(self, content, words, links, tmp_path):
        file = tmp_path / "ids.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        before = self.ids()
        with pytest.raises(CommandError, match=re.escape(words)):
            call_command("nhsnet_relink", OLD, NEW, "--accounts", str(file))
        assert self.ids() == before

    @pytest.mark.parametrize("pair", [("x", NEW), (OLD, OLD)])
    def test_tenants_that_are_none(self, pair):
        with pytest.raises(CommandError):
            call_command("nhsnet_relink", *pair)


def test_nhsnet_connect_is_asked_through_its_own_command(settings):
    settings.NHSNET_TENANT_ID = settings.NHSNET_CLIENT_SECRET = ""
    said = doctor()[1]["NHS.net Connect"]
    assert said[0] == "look at this"
    assert "NHSNET_CLIENT_SECRET" in said[1]
    assert said[2] == "manage.py nhsnet_check says all that it asked"
