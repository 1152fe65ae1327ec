"""The documents and the routes: data that holds together."""

import pytest

from apply import routes
from apply.routes import ADDRESS, COUNTERSIGNED, DOCUMENTS, KINDS, OTHER, PHOTO, ROUTES


def of(kind, number):
    return [slug for slug, one in DOCUMENTS.items() if one.kind == kind][:number]


def enough(route):
    return [slug for kind, number in ROUTES[route].needs.items() for slug in of(kind, number)]


def test_the_routes_are_those_of_the_field():
    assert {slug: one.needs for slug, one in ROUTES.items()} == {
        "two_photos": {PHOTO: 2, ADDRESS: 1},
        "one_photo": {PHOTO: 1, ADDRESS: 2},
        "no_photo": {OTHER: 2, ADDRESS: 2, COUNTERSIGNED: 1},
    }


def test_each_kind_has_documents_and_each_document_a_kind():
    assert {one.kind for one in DOCUMENTS.values()} == KINDS.keys()
    for route in ROUTES.values():
        assert all(len(of(kind, 99)) >= number for kind, number in route.needs.items())


@pytest.mark.parametrize("slug", [*DOCUMENTS, *ROUTES])
def test_a_slug_is_a_closed_word_that_fits_its_column(slug):
    assert slug.replace("_", "").isalnum()
    assert slug == slug.lower()
    assert len(slug) <= (40 if slug in DOCUMENTS else 20)


@pytest.mark.parametrize("route", ROUTES)
def test_so_many_documents_will_do_and_one_fewer_will_not(route):
    documents = enough(route)
    assert routes.missing(route, documents) == {}
    assert routes.missing(route, [*DOCUMENTS]) == {}
    for left_out in documents:
        rest = [one for one in documents if one != left_out]
        assert routes.missing(route, rest) == {DOCUMENTS[left_out].kind: 1}


def test_the_same_document_twice_is_one():
    assert routes.missing("two_photos", ["passport", "passport", "utility_bill"]) == {PHOTO: 1}


def test_one_kind_does_not_stand_for_another():
    assert routes.missing("no_photo", [*of(PHOTO, 9), *of(ADDRESS, 9)]) == {OTHER: 2, COUNTERSIGNED: 1}
