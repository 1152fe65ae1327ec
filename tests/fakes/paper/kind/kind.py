"""A code on paper: shown once, copied by hand. The kind that the tests add as a fourth."""

from authenticators.kind import Kind
from authenticators.paper.words import Why

KIND = Kind(
    slug="paper",
    title="Code on paper",
    hint="A code that you write down and keep where only you can reach it",
    need="paper and a pen",
    most=2,
    reasons=tuple(Why),
)
