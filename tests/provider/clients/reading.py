"""How the services read a token: each line is one of theirs, in Python where they are written in something else."""

import jwt


def key_of(party, token, *, needs_use=True):
    """The key that a token names. Several services take only one that says what it is for."""
    keys = party.line.get(party.path("jwks_uri")).json()["keys"]
    assert not needs_use or all(one["use"] == "sig" for one in keys)
    [found] = [one for one in keys if one["kid"] == jwt.get_unverified_header(token)["kid"]]
    return jwt.PyJWK(found, algorithm=jwt.get_unverified_header(token)["alg"]).key


def read(party, token, *, issuer, algorithms=("RS256",), leeway=0, **options):
    return jwt.decode(
        token,
        key_of(party, token),
        list(algorithms),
        audience=party.row.client_id,
        issuer=issuer,
        leeway=leeway,
        **options,
    )


def equal(claims, **wanted):
    """As `==` of the service's own language compares: no list for a word, no number for a text."""
    found = {name: claims[name] for name in wanted}
    assert found == wanted
    assert [type(found[name]) for name in wanted] == [type(word) for word in wanted.values()]
    return True
