"""The modules of the OpenID Foundation's plan of back-channel logout, each by its name."""

import ssl
from urllib.parse import urlencode

import trustme

from tests.provider.conformance import checks
from tests.provider.conformance.fixtures import tell
from tests.provider.conformance.listening import listening
from tests.provider.conformance.suite import AFTER


def test_oidcc_backchannel_logout_discovery_endpoint_verification(party):
    about = party.about()
    assert [about[f"backchannel_logout_{word}supported"] for word in ("", "session_")] == [True, True]
    assert about["end_session_endpoint"]


def test_oidcc_backchannel_rp_initiated_logout(hearing, badge, told):
    given = hearing.sign_in(badge)
    asked = {"id_token_hint": given.id_token, "post_logout_redirect_uri": AFTER, "state": "mine"}
    answer = hearing.browser.client.get(f"{hearing.path('end_session_endpoint')}?{urlencode(asked)}")
    assert answer.headers["Location"] == f"{AFTER}?state=mine"
    [token] = told()
    checks.logout_token(hearing, token, given.claims)
    assert hearing.error(hearing.ask(prompt="none")) == "login_required"
    assert told() == [token]


def test_oidcc_backchannel_rp_initiated_logout_over_tls(make_party, badge, settings, monkeypatch, tmp_path):
    """The module wants TLS 1.2 at least. Who can't show a certificate that is trusted is told nothing."""
    ours, others = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    heard = []
    for ca in (ours, others):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost").configure_cert(context)
        with listening(context) as listener:
            settings.FETCH_INSIDE = [listener.inside]
            party = make_party(backchannel_logout_uri=listener.address("/logout"))
            party.sign_in(badge)
            party.browser.client.post("/sign-out/")
            tell()
        heard.append((len(listener.heard), listener.spoken <= {"TLSv1.2", "TLSv1.3"}))
    assert heard == [(1, True), (0, True)]


def test_a_later_session_of_the_same_person_has_another_sid(hearing, badge, told):
    first = hearing.sign_in(badge)
    hearing.browser.client.post("/sign-out/")
    told()
    second = hearing.sign_in(badge)
    assert second.claims["sid"] != first.claims["sid"]
    hearing.browser.client.post("/sign-out/")
    for token, given in zip(told(), (first, second), strict=True):
        checks.logout_token(hearing, token, given.claims)
