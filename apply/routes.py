"""The documents that show who somebody is, and the routes: how many of which must be seen. Data, without a number."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

PHOTO: Final = "photo"
ADDRESS: Final = "address"
OTHER: Final = "other"
COUNTERSIGNED: Final = "countersigned"
# What one of each is called, and several.
KINDS: Final[dict[str, tuple[str, str]]] = {
    PHOTO: ("document with a photo", "documents with a photo"),
    ADDRESS: ("document with the address", "documents with the address"),
    OTHER: ("other document", "other documents"),
    COUNTERSIGNED: ("signed passport photo", "signed passport photos"),
}


@dataclass(frozen=True)
class Document:
    """One type of document. `kind` is of `KINDS`."""

    kind: str
    words: str


@dataclass(frozen=True)
class Route:
    """One way to show who somebody is: at least so many documents of each kind."""

    words: str
    needs: dict[str, int]


DOCUMENTS: Final[dict[str, Document]] = {
    "passport": Document(PHOTO, "Passport"),
    "driving_licence": Document(PHOTO, "Driving licence with a photo"),
    "residence_permit": Document(PHOTO, "UK residence permit or eVisa"),
    "identity_card": Document(PHOTO, "National identity card"),
    "forces_card": Document(PHOTO, "Armed forces identity card"),
    "age_card": Document(PHOTO, "Proof of age card with the PASS mark"),
    "bank_statement": Document(ADDRESS, "Bank or building society statement"),
    "utility_bill": Document(ADDRESS, "Gas, electricity, water or phone bill"),
    "council_tax": Document(ADDRESS, "Council tax bill"),
    "mortgage_statement": Document(ADDRESS, "Mortgage statement"),
    "tenancy": Document(ADDRESS, "Tenancy agreement"),
    "tax_letter": Document(ADDRESS, "Letter from HM Revenue and Customs"),
    "benefits_letter": Document(ADDRESS, "Letter about benefits or a pension"),
    "birth_certificate": Document(OTHER, "Birth certificate"),
    "adoption_certificate": Document(OTHER, "Adoption certificate"),
    "marriage_certificate": Document(OTHER, "Marriage or civil partnership certificate"),
    "paper_licence": Document(OTHER, "Driving licence without a photo"),
    "p45_or_p60": Document(OTHER, "P45 or P60"),
    "professional_registration": Document(OTHER, "Certificate of a professional register"),
    "countersigned_photo": Document(COUNTERSIGNED, "Passport photo, signed on the back by somebody who may do so"),
}
ROUTES: Final[dict[str, Route]] = {
    "two_photos": Route("2 documents with a photo, and 1 with the address", {PHOTO: 2, ADDRESS: 1}),
    "one_photo": Route("1 document with a photo, and 2 with the address", {PHOTO: 1, ADDRESS: 2}),
    "no_photo": Route(
        "No document with a photo: 2 others, 2 with the address, and a signed passport photo",
        {OTHER: 2, ADDRESS: 2, COUNTERSIGNED: 1},
    ),
}


def missing(route: str, documents: Collection[str]) -> dict[str, int]:
    """How many more of each kind a route of `ROUTES` needs than these of `DOCUMENTS`; empty where they do."""
    seen = Counter(DOCUMENTS[one].kind for one in set(documents))
    needs = ROUTES[route].needs
    return {kind: most - seen[kind] for kind, most in needs.items() if seen[kind] < most}
