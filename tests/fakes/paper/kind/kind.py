"""A code on paper: shown once, copied by hand. The kind that the tests add as a fourth."""

from authenticators.kind import Kind, Proving
from authenticators.paper.words import Why

KIND = Kind(
    slug="paper",
    title="Code on paper",
    hint="A code that you write down and keep where only you can reach it",
    need="paper and a pen",
    most=2,
    reasons=tuple(Why),
    sign_in=Proving(
        url="paper:sign_in",
        title="Code on paper",
        amr="PAPER",
        acr="AAL2_PAPER",
        fragment="authenticators/paper/sign_in.html",
        takes=("paper_code",),
        context="authenticators.paper.proving_views.fragment",
        refusals={"no_such_paper": 422},
    ),
)
