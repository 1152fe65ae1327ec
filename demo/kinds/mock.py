"""Two kinds of the demo's own, levels 2 and 3: who presses a name is signed in as that person, and nothing is proved.

For who builds a client of Care ID: each answer to a service that the levels and roles of these people give can be seen.
"""

from typing import Final

from django.conf import settings

from authenticators.kind import Kind, Proving

if not settings.DEMO:
    raise ImportError("to sign in as somebody who is made up is for the demo alone")

NOBODYS: Final = "A mock of the demo, which nobody can add"


def kind(level: int) -> Kind:
    """The kind of this level. `mock_aal2` and `mock_aal3` hold one each, since a kind's package has its slug."""
    slug = f"mock_aal{level}"
    return Kind(
        slug=slug,
        title=f"Mock authenticator (AAL{level})",
        hint=NOBODYS,
        need="",
        most=1,
        is_available=lambda _: False,
        sign_in=Proving(
            url=f"{slug}:sign_in",
            title=f"Mock: sign in as somebody at AAL{level}",
            amr=f"MOCK_AAL{level}",
            acr=f"AAL{level}_MOCK",
            level=level,
            fragment="demo/mock.html",
            context=f"demo.kinds.{slug}.proving_views.fragment",
            for_services=True,
        ),
    )
