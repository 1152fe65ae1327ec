"""What `profiles` guards is written by `profiles`: held by reading the product's source."""

import ast
import re
from pathlib import Path

import pytest

from tests import packages

ROOT = Path(__file__).resolve().parents[2]
# Each column that a rule guards, and the modules of `profiles` whose rule writes it.
GUARDED = {
    "email": {"creating", "emails"},
    "previous_email": {"emails"},
    "email_changed_at": {"emails"},
    "nino_fingerprint": {"creating", "numbers"},
    "nino_changed_at": {"numbers"},
    "state": {"creating", "closing"},
    "closed_reason": {"creating", "closing"},
    "invited_at": {"inviting"},
}
NO_CHANGE = {
    "careid/people/models.py": "rekey",  # the same number under another key, and below `profiles`
    "careid/storing/prepared.py": "_instance",  # a row as it was read
    "provider/parameters.py": "__init__",  # the `state` of a service's request
}
# What else has a column of such a name.
OTHERS = {"Authenticator", "Mail", "Invitation", "Application", "Upload", "UploadLine", "Move", "Person"}
NOT_PROFILES = [
    ["Attempt"],
    ["Event"],
    ["Seal"],
    ["user"],
    ["event"],
    ["seal"],
    ["attempt"],
    ["made"],
    ["mail"],
    ["visit"],
    ["Visit"],
    ["session"],
    ["Authenticator"],
    ["authenticators"],
    ["Client"],
    ["client"],
    ["Logout"],
    ["Invitation"],
    ["invitation"],
    ["Application"],
    ["application"],
    ["Upload"],
    ["upload"],
    ["Move"],
    ["move"],
    ["Person"],
]  # saved whole, or by a dict
RULE = ["creating", "create"]  # how the rest makes a profile
WRITES = {"update", "create", "acreate", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "save"}
SQL = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|MERGE\s+INTO|COPY)\s+(?:ONLY\s+)?\"?careid_profile\b", re.IGNORECASE)
SQL_COLUMN = re.compile(r"\b(\w+)\s*=\s*CASE\b")


def sources(*, of_profiles):
    for package in ["profiles"] if of_profiles else [one for one in packages.EACH if one != "profiles"]:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def chain(node):
    """The names that it hangs on: `Profile`, `objects`, `filter` of `Profile.objects.filter(…)`."""
    names = []
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(names)]


def may_be_a_profile(names, others):
    return names[0] not in others or "profile" in names


def of_others(tree):
    """The names that stand for something else throughout a module: by every annotation, or by what they are made of."""
    annotated = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            annotated.setdefault(node.arg, set()).add(ast.unparse(node.annotation) if node.annotation else "")
    names = OTHERS | {name for name, of in annotated.items() if of <= OTHERS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and chain(node.value)[0] in names:
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def columns(call):
    """The guarded columns that a call names, by keyword, in a dict it is given, or as text: `update_fields`."""
    named = {keyword.arg for keyword in call.keywords}
    texts = {node.value for one in (*call.args, *call.keywords) for node in ast.walk(one) if _is_text(node)}
    return (named | texts) & GUARDED.keys()


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def written(tree):
    """Each place that writes what is guarded: the line, and the columns; `{"a profile"}` where one is made."""
    others = of_others(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _by_call(node, others)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [one for target in targets for one in ast.walk(target) if isinstance(one, ast.Attribute)]
            for target in flat:
                if target.attr in GUARDED and may_be_a_profile(chain(target.value), others):
                    yield node.lineno, {target.attr}
        elif (isinstance(node, ast.Attribute) and ast.unparse(node) == "Profile._meta.db_table") or (
            _is_text(node) and SQL.search(node.value)
        ):
            yield node.lineno, {"a profile"}


def _goes_around(call, whose, name, others):
    """What names no column: any row saved whole, any dict of columns, the name of the table or of an attribute as a value."""
    whole = (
        name == "save"
        and not call.args
        and not {keyword.arg for keyword in call.keywords} & {"update_fields", "commit"}
    )
    unnamed = name in {"update", "create"} and any(keyword.arg is None for keyword in call.keywords)
    any_attribute = name == "setattr" and len(call.args) > 1 and not _is_text(call.args[1])
    return (
        "profile_set" in whose
        or any_attribute
        or ((whole or unnamed) and whose[:1] not in NOT_PROFILES and may_be_a_profile(whose or [""], others))
    )


def _by_call(call, others):
    *whose, name = chain(call.func)
    of_profile = (bool(whose) and whose[0].lower() == "profile") or "profile" in whose
    makes = name == "Profile" or (of_profile and name in WRITES - {"update"})
    unnamed = of_profile and name == "update" and any(keyword.arg is None for keyword in call.keywords)
    if [*whose, name] == RULE:
        return
    if makes or unnamed or _goes_around(call, whose, name, others):
        yield call.lineno, {"a profile"}
    elif (name == "setattr" or (name in WRITES and may_be_a_profile(whose, others))) and (found := columns(call)):
        yield call.lineno, found


def read(path):
    """A module, but for the one method that changes nothing of whom it fills in."""
    tree = ast.parse(path.read_text())
    if left_out := NO_CHANGE.get(str(path.relative_to(ROOT))):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                node.body = [one for one in node.body if getattr(one, "name", "") != left_out]
    return tree


def test_nothing_outside_profiles_writes_what_profiles_guards():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {', '.join(sorted(names))}"
        for path in sources(of_profiles=False)
        for line, names in written(read(path))
    ]
    assert found == []


def test_in_profiles_each_column_is_written_beside_its_rule_for_one_and_by_sets():
    for path in sources(of_profiles=True):
        tree, text = ast.parse(path.read_text()), path.read_text()
        keys = {
            key.value for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys if _is_text(key)
        }
        named = {name for _, names in written(tree) for name in names}
        for column in (keys | named | set(SQL_COLUMN.findall(text))) & GUARDED.keys():
            assert path.stem in GUARDED[column], f"{path.relative_to(ROOT)} writes {column}"


@pytest.mark.parametrize(
    "line",
    [
        "Profile.objects.filter(pk=1).update(email='a')",
        "Profile.objects.filter(pk=1).update(**fields)",
        "rows.update(nino_fingerprint=x)",
        "attempt_rows.update(invited_at=now)",
        "Profile.objects.create(user_id='1')",
        "Profile.objects.bulk_create(made)",
        "Profile(user_id='1')",
        "profile.state = 'closed'",
        "attempt.profile.closed_reason = 'x'",
        "one.previous_email, two = 1, 2",
        "setattr(profile, 'email', 'a')",
        "profile.save()",
        "fresh.save()",
        "rows.update(**fields)",
        "organisation.profile_set.create(user_id='1')",
        "setattr(one, name, 'a')",
        "def begin(row: Invitation):\n    row.profile.state = 'closed'",
        "def begin(row: Invitation): ...\ndef close(row: Profile):\n    row.state = 'closed'",
        "rows = Profile.objects.filter(pk=1)\nrows.update(state='closed')",
        "cursor.execute(f'UPDATE {Profile._meta.db_table} SET x = 1')",
        "bulk.bulk_update(rows, ['email'])",
        "one.save(update_fields=['email'])",
        "sql = 'UPDATE careid_profile SET x = 1'",
        "sql = f'insert into careid_profile ({names})'",
    ],
)
def test_a_line_that_writes_is_found(line):
    assert list(written(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "Authenticator.objects.filter(pk=1).update(state='revoked')",
        "Authenticator.objects.create(profile=profile, **fields)",
        "Invitation.objects.filter(pk=1).update(state='sent')",
        "Person(email='a', profile=profile)",
        "move.save()",
        "def begin(row: Invitation):\n    row.state = 'opened'\n    row.save()",
        "living = Move.objects.filter(pk=1)\nliving.update(state='done')",
        "Profile.objects.filter(pk=1).update(reported_at=now)",
        "Profile.objects.filter(email='a')",
        "sql = 'SELECT FROM careid_profile FOR NO KEY UPDATE'",
    ],
)
def test_a_line_that_does_not_is_left_alone(line):
    assert not list(written(ast.parse(line)))
