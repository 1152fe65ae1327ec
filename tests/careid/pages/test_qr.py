"""The picture of an address."""

import re
from xml.etree import ElementTree as ET

from careid.pages import qr

FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]  # ISO/IEC 18004, 6.3.3


def test_the_picture_has_its_three_marks_and_a_quiet_zone_of_four_modules():
    svg = ET.fromstring(qr.drawn("https://example.nhs.uk/assisted/" + "x" * 43))
    size = int(svg.get("viewBox").split()[-1])
    rows = [["0"] * size for _ in range(size)]
    for left, y, right in re.findall(r"M(\d+),(\d+)H(\d+)V", svg.find("{*}path").get("d")):
        rows[int(y)][int(left) : int(right)] = "1" * (int(right) - int(left))
    lines = ["".join(row) for row in rows]
    assert set("".join(lines[:4] + lines[-4:] + [line[:4] + line[-4:] for line in lines])) == {"0"}
    for top, left in ((4, 4), (4, size - 11), (size - 11, 4)):
        assert [line[left : left + 7] for line in lines[top : top + 7]] == FINDER
