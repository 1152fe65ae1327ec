"""The picture of an address that a phone's camera reads (ISO/IEC 18004). A pure function."""

import re
from typing import Final

import qrcode

_RUN: Final = re.compile(b"\x01+")
MASK: Final = 3  # given, since choosing the best of eight takes twice the time and no scanner needs it


def drawn(address: str) -> str:
    """An SVG element of an address: correction M, four modules of quiet zone."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, mask_pattern=MASK)
    code.add_data(address)
    code.make(fit=False)  # the smallest that fits; with `fit` the library measures the address twice
    rows = code.get_matrix()
    # A stroke a run of modules: the library's stroke a module takes three times as long, and twice the bytes.
    path = "".join(
        f"M{run.start()},{y}H{run.end()}V{y + 1}H{run.start()}z"
        for y, row in enumerate(rows)
        for run in _RUN.finditer(bytes(row))
    )
    size = len(rows)
    return (
        f'<svg width="{size}mm" height="{size}mm" version="1.1" viewBox="0 0 {size} {size}"'
        f' xmlns="http://www.w3.org/2000/svg"><path d="{path}" id="qr-path" fill="#000000"/></svg>'
    )
