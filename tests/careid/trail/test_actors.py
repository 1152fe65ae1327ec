"""Who did it, written and read back."""

from careid.trail import actors, references


def test_an_admin_is_read_back_by_key_and_nobody_else_has_one():
    assert actors.admin_key(actors.admin(7)) == 7
    others = (actors.PERSON, actors.SYSTEM, actors.command("audit"), actors.command("revoke", "jo.smith"))
    assert [actors.admin_key(one) for one in others] == [None] * 4
    assert others[2:] == ("command:audit", "command:revoke jo.smith")


def test_a_reference_is_written_in_two_halves_of_letters_that_cannot_be_mistaken():
    written = references.new_reference()
    assert references.written(written.replace("-", "")) == written
    assert len(written) == 7
    assert set(written) - {"-"} <= set(references.LETTERS)
