"""What docs/threats.md says of each lock is what the code counts."""

import re

from django.conf import settings

from careid.limits import limits

STEP = re.compile(r"_[1-6]$")  # of one that doubles: its first says how many


def test_the_table_of_threats_names_each_lock_with_its_number():
    """Those of the kinds too: each of them is one more thing that a stranger can fill."""
    threats = (settings.BASE_DIR / "docs" / "threats.md").read_text()
    firsts = (limit for name, limit in limits.ALL.items() if not STEP.search(name) or name.endswith("_1"))
    named = {STEP.sub("", limit.name): limit.most for limit in firsts}
    told = {name: int(most) for name, most in re.findall(r"`([a-z_]+)` (\d+)", threats)}
    assert "`details_matched`" in threats
    del named["details_matched"]  # which locks nobody
    assert told == named
