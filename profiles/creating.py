"""Making a profile: one person's, and by sets."""

from collections.abc import Sequence
from typing import Final

from careid.people import typed
from careid.people.models import Organisation, Profile
from careid.storing import crypto
from careid.trail.names import EventName
from careid.trail.record import noted, record
from profiles import changes, numbers


def create(
    *,
    user_id: str,
    given_name: str,
    family_name: str,
    organisation: Organisation,
    email: str = "",
    number: str = "",
    fingerprints: Sequence[str] = (),
    identity_level: int = 0,
    source: str,
    by: str,
    reason: str = "",
    note: str = "",
) -> Profile:
    """Make an open profile, with its event. Nobody is told. `email` and `number` may be blank: not on file.

    `fingerprints` stand in place of a number that nobody has any more: of `crypto.fingerprints`, under the keys of now.
    ValueError where something is not in the form of `careid.people.typed`, as an import fails its row. Refused:
    `user_id_taken`; `email_taken`, `number_taken`, where an open profile has them.
    """
    address = typed.email_address(email) if email else None
    profile = Profile(user_id=typed.user_id(user_id), email=address, organisation=organisation, source=source)
    profile.given_name, profile.family_name = typed.name(given_name), typed.name(family_name)
    profile.identity_level = identity_level
    known = crypto.fingerprints(typed.national_insurance_number(number)) if number else fingerprints
    return _add(profile, known, by=by, reason=reason, note=note)


def _add(profile: Profile, known: Sequence[str], *, by: str, reason: str, note: str) -> Profile:
    with changes.refusing(EventName.PROFILE_CREATED, by=by, organisation=profile.organisation.code):
        profile.nino_fingerprint = numbers.free(known, besides=profile) if known else None
        profile.save(force_insert=True)
        record(EventName.PROFILE_CREATED, actor=by, reason=reason, profile=profile, details=noted(note))
    return profile


# The same by sets, in an import's own terms: what is taken was judged row by row before.
BY_SETS: Final = """
INSERT INTO careid_profile (user_id, given_name, family_name, email, nino_fingerprint, identity_level, organisation_id,
    state, closed_reason, source, user_handle, created_at)
SELECT user_id, given_name, family_name, email, ninos[1], identity_level, o.id,
    'open', '', 'import', user_handle, %(now)s
FROM import_person person JOIN careid_organisation o ON o.code = person.organisation_code
WHERE profile_id IS NULL
ORDER BY line"""
