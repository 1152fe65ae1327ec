"""Public keys as COSE writes them (RFC 9052, 9053, 8230): only what was offered, complete, and sound."""

from io import BytesIO
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers

ES256, EDDSA, RS256 = -7, -8, -257
ALGORITHMS: Final = (ES256, EDDSA, RS256)  # in the order offered
KTY, ALG = 1, 3
RSA_BITS: Final = range(2048, 8193)  # 2048 is what authenticators make; a longer one is a burden to who verifies
RSA_EXPONENT: Final = range(65_537, 2**64)  # beyond it OpenSSL refuses to verify with a long modulus
COORDINATE_BYTES: Final = 32
P: Final = 2**255 - 19  # the field of Curve25519 (RFC 8032, 5.1)
D: Final = -121_665 * pow(121_666, -1, P) % P
_EIGHTH: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER: Final = {0, 1, P - 1, _EIGHTH, P - _EIGHTH}  # y of the eight points whose order divides 8


class BadKey(ValueError):
    """Not a key to accept; the words say why and name no value."""


def check(cose: bytes) -> int:
    """The algorithm of the COSE key that these bytes begin with. Raises BadKey."""
    try:
        key = cbor2.load(BytesIO(cose), allow_duplicate_keys=False)
    except Exception as error:
        raise BadKey("not CBOR, or a label twice") from error
    if not isinstance(key, dict) or not all(type(label) is int for label in key):
        raise BadKey("not a map of labels")
    algorithm = key.get(ALG)
    checks = {ES256: _check_es256, EDDSA: _check_eddsa, RS256: _check_rs256}
    if type(algorithm) is not int or algorithm not in checks:
        raise BadKey("an algorithm that was not offered")
    checks[algorithm](key)
    return algorithm


def _labels(key: dict[int, Any], fixed: dict[int, int], values: tuple[int, ...]) -> list[bytes]:
    """The byte strings under `values`, where the labels are exactly these and the fixed ones hold."""
    if key.keys() != {ALG, *fixed, *values} or any(key[label] != value for label, value in fixed.items()):
        raise BadKey("other labels than its algorithm's")
    found = [key[label] for label in values]
    if not all(isinstance(value, bytes) for value in found):
        raise BadKey("a value that is not bytes")
    return found


def _check_es256(key: dict[int, Any]) -> None:
    x, y = _labels(key, {KTY: 2, -1: 1}, (-2, -3))
    if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
        raise BadKey("a coordinate that is not 32 bytes")
    try:
        EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), SECP256R1()).public_key()
    except ValueError as error:
        raise BadKey("a point off the curve") from error


def _check_eddsa(key: dict[int, Any]) -> None:
    (x,) = _labels(key, {KTY: 1, -1: 6}, (-2,))
    y = int.from_bytes(x, "little") & (2**255 - 1)
    if len(x) != COORDINATE_BYTES or y >= P:
        raise BadKey("not 32 bytes, or not in the field")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    if y in SMALL_ORDER or pow(square, (P - 1) // 2, P) != 1:
        raise BadKey("a point of small order, or off the curve")


def _check_rs256(key: dict[int, Any]) -> None:
    n, e = (int.from_bytes(value, "big") for value in _labels(key, {KTY: 3}, (-1, -2)))
    if n.bit_length() not in RSA_BITS or n % 2 == 0:
        raise BadKey("a modulus under 2048 bits or over 8192, or even")
    if e not in RSA_EXPONENT or e % 2 == 0:
        raise BadKey("an exponent under 65537, even, or beyond 64 bits")
