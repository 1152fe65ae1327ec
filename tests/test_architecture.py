"""The shape of the project, held by walking it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).resolve().parent.parent


def patterns(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield here, pattern.callback
        elif not here.startswith("admin/"):
            yield from patterns(pattern, here)


PUBLIC = dict(patterns(get_resolver()))


@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_page_is_guarded_or_named_as_open(path):
    assert hasattr(PUBLIC[path], "step"), f"{path}: say @step(...), @afterwards, @signed_in, @entry or @open_to_all"


def test_the_open_pages_are_these_beside_those_that_a_kind_names_in_its_own_tests():
    of_kinds = tuple(f"{package}." for package in settings.KINDS)
    assert sorted(
        path
        for path, view in PUBLIC.items()
        if view.step is None and not hasattr(view, "signed_in") and not view.__module__.startswith(of_kinds)
    ) == [
        "", ".well-known/security.txt", "account/<uuid:pk>/remove/", "apply/<str:token>/", "apply/ask/", "apply/ask/sent/", "apply/code/", "apply/code/again/", "apply/details/", "apply/sent/", "assisted/<str:token>/", "captcha/image/<slug:key>/", "captcha/refresh/", "carry-on/", "demo/inbox/", "demo/phone/", "demo/phone/<slug:user_id>/", "demo/service/", "details/proof/", "expired/",
        "healthz", "help/accessibility/", "help/cookies/", "help/find-your-ra/", "help/privacy/", "help/services/", "metrics", "move/<str:token>/", "moves/<slug:slug>/", "not-me/<str:token>/",
            "oidc/.well-known/openid-configuration", "oidc/access_token", "oidc/authorize", "oidc/authorize/continue", "oidc/connect/endSession", "oidc/connect/jwk_uri", "oidc/introspect", "oidc/token/revoke", "oidc/userinfo",
        "problem/", "readyz", "restart/", "robots.txt",
        "sign-in/", "sign-in/refused/", "sign-in/role/", "sign-in/works/", "sign-out/",
    ]  # fmt: skip


def test_imports_run_one_way():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_requirements_hold_hashes_and_no_address():
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text


@pytest.mark.django_db
def test_the_migrations_are_complete(capsys):
    call_command("makemigrations", check_changes=True, dry_run=True)
