"""What signing in costs: the processor time of the one POST that judges, and the page of one's own account.

Each figure is compared with others of the same rounds, taken by turns: a bare hash, a right proof, a wrong one, and a
wrong one for an address that is on file and for one that is not, from browsers that nobody has signed in from.
"""

import re
from collections import defaultdict, namedtuple
from statistics import median

from tests import kinds
from tests.bench import journeys
from tests.bench.browser import Browser

ROUNDS, WARM_UP, PAGES = 60, 6, 600
NOBODY = "no.body@example.nhs.uk"
Costs = namedtuple("Costs", "seconds asked account bare")


def measure(crowd, page):
    """Median processor seconds of each, what a right proof asks of Postgres, and the account's page beside bare ones."""
    signers = [Signer(crowd, kind) for kind in kinds.by_forms()]
    hasher, taken = signers[0], defaultdict(list)
    for at in range(ROUNDS + WARM_UP):
        row = {"hash": journeys.hash_cost(1)}
        for one in signers:
            row[one.kind, "right"] = one.sign_in()
            row[one.kind, "wrong"] = one.sign_in(wrong=True)
        row["known"], row["unknown"] = hasher.from_elsewhere(), hasher.from_elsewhere(email=NOBODY)
        for what, seconds in row.items() if at >= WARM_UP else ():
            taken[what].append(seconds)
    asked = {one.kind: one.statements() for one in signers}
    bare = journeys.page_cost(page)
    account = journeys.page_cost(crowd.server, PAGES, "/account/", hasher.browser)
    seconds = {what: median(each) for what, each in taken.items()}
    return Costs(seconds, asked, account, (bare + journeys.page_cost(page)) / 2)


class Signer:
    """Somebody with one authenticator of a kind, in a browser that has signed in before if it is `known`."""

    def __init__(self, crowd, kind, *, known=True):
        from careid.people.models import Profile

        self.server, self.connection, self.kind = crowd.server, crowd.connection, kind
        [person] = crowd.register.people(1)
        self.one = kinds.way(kind).stored(Profile.objects.get(email=person.email))
        self.holder = kinds.holder(self.one)
        self.kept = self._material()
        self.browser = Browser(self.server.port, "10.250.1.7")
        if known:
            self.sign_in()

    def sign_in(self, *, wrong=False):
        """Processor seconds of the POST that judges a proof."""
        return self._prove(self.browser, self.holder, wrong=wrong)

    def from_elsewhere(self, email=""):
        """Of one that is wrong, from a browser that nobody has signed in from."""
        holder = kinds.Holder(email or self.holder.email, self.holder.held)
        return self._prove(Browser(self.server.port, "10.250.2.7"), holder, wrong=True)

    def to_service(self, question):
        """Sign in because a service asks, as far as the address that leads back to it."""
        browser = self.browser
        answer = browser.ask("GET", question)
        assert answer.location == "/sign-in/", (answer.status, answer.location)
        browser.get(answer.location)
        for path, typed_there in kinds.proving(self.kind).items():
            answer = browser.ask("POST", path, typed(browser, path, typed_there, self.holder))
        while answer.location.startswith("/"):
            answer = browser.ask("GET", answer.location)
        assert "code=" in answer.location, (answer.status, answer.location)

    def statements(self):
        """What a right proof asks of Postgres: statements, and those apart."""
        path, typed = self._to_the_last(self.browser, self.holder, wrong=False)
        with journeys.asked(self.connection) as said:
            assert self.browser.ask("POST", path, typed).status == 302
        return journeys.counted(said)

    def _prove(self, browser, holder, *, wrong):
        path, typed = self._to_the_last(browser, holder, wrong=wrong)
        before = self.server.processor_seconds()
        answer = browser.ask("POST", path, typed)
        cost = self.server.processor_seconds() - before
        let_in = answer.status == 302 and answer.location == "/account/"
        assert let_in != wrong, (self.kind, answer.status, answer.location)
        return cost

    def _to_the_last(self, browser, holder, *, wrong):
        """The last page's path, and what is typed there. No try is counted, and no proof spent, by an earlier round."""
        self.connection.execute("DELETE FROM careid_limitcount")
        self.connection.execute(
            "UPDATE authenticators_authenticator SET material = %s WHERE id = %s", [self.kept, self.one.pk]
        )
        *before, (last, right) = kinds.proving(self.kind).items()
        for path, answer in before:
            browser.post(path, typed(browser, path, answer, holder))
        return last, typed(browser, last, kinds.way(self.kind).disproof if wrong else right, holder)

    def _material(self):
        sql = "SELECT material FROM authenticators_authenticator WHERE id = %s"
        return self.connection.execute(sql, [self.one.pk]).fetchone()[0]


def typed(browser, path, answer, holder):
    page = browser.get(path)
    return {"visit": re.search(r'name="visit" value="([^"]+)"', page).group(1), **answer(page, browser.origin, holder)}
