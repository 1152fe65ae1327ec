"""An app of a browser, in Chromium: its page is of another origin than ours."""

from tests.provider.browser.test_form_action import service

READS = """async (at) => {
    const about = await (await fetch(`${at}/.well-known/openid-configuration`)).json();
    const who = await fetch(about.userinfo_endpoint, {headers: {Authorization: "Bearer no-token-of-ours"}});
    return [about.token_endpoint, who.status, who.headers.get("WWW-Authenticate"), (await who.json()).error];
}"""


def test_its_page_reads_what_we_tell(walk):
    at = f"{walk.portal.url}/oidc"
    with service() as address:
        walk.page.goto(address)
        told = walk.page.evaluate(READS, at)
    assert told == [f"{at}/access_token", 401, 'Bearer error="invalid_token"', "invalid_token"]
