"""What docs/threats.md says of each lock is what the code counts."""

import re

from django.conf import settings
from django.utils.module_loading import import_string

from authenticators.registry import KINDS
from careid.limits import limits


def test_the_table_of_threats_names_each_lock_with_its_number():
    threats = (settings.BASE_DIR / "docs" / "threats.md").read_text()
    of_kinds = {limit.name for kind in KINDS.values() if kind.limits for limit in import_string(kind.limits)}
    doubling = {limit for one in (limits.SIGN_IN_NAME, limits.SIGN_IN_ADDRESS, limits.SIGN_IN_BROWSER) for limit in one}
    named = {limit.name: limit.most for limit in {*limits.ALL.values()} - doubling if limit.name not in of_kinds}
    named |= {limit.name.removesuffix("_1"): limit.most for limit in doubling if limit.name.endswith("_1")}
    told = {name: int(most) for name, most in re.findall(r"`([a-z_]+)` (\d+)", threats)}
    assert "`details_matched`" in threats
    del named["details_matched"]  # which locks nobody
    assert told == named
