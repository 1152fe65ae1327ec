"""What the one POST that judges a proof asks of Postgres: no kind's grows without a word."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import kinds
from tests.visitors import ORIGIN, Visitor

pytestmark = pytest.mark.django_db(transaction=True)
APART = re.compile(r"BEGIN|COMMIT|SAVEPOINT|RELEASE")
RIGHT_MOST, WRONG_MOST = 11, 7  # of the kind that asks most: its try is a visit of its own


@pytest.fixture(params=kinds.by_forms())
def kind(request):
    return request.param


@pytest.fixture
def one(kind, person):
    return kinds.way(kind).stored(person)


def asked(visitor, one, *, wrong=False):
    """The answer to the POST that judges, and the statements that it took."""
    *before, (last, right) = kinds.proving(one.kind).items()
    for path, answer in before:
        visitor.client.post(path, typed(visitor, path, answer, one))
    fields = typed(visitor, last, kinds.way(one.kind).disproof if wrong else right, one)
    with CaptureQueriesContext(connection) as queries:
        answer = visitor.client.post(last, fields)
    return answer, [query["sql"] for query in queries if not APART.match(query["sql"])]


def typed(visitor, path, answer, one):
    page = visitor.page(path)
    visit = re.search(r'name="visit" value="([^"]+)"', page).group(1)
    return {"visit": visit, **answer(page, ORIGIN, kinds.holder(one))}


def test_a_right_proof_takes_few_statements_of_who_is_signed_in_there_already(one):
    visitor = Visitor()
    assert asked(visitor, one)[0].url == "/account/"
    one.save()  # as if its code were not used yet
    answer, statements = asked(visitor, one)
    assert answer.url == "/account/"
    assert len(statements) <= RIGHT_MOST, statements


def test_a_wrong_proof_takes_few_statements(one):
    _, statements = asked(Visitor(), one, wrong=True)
    assert len(statements) <= WRONG_MOST, statements
