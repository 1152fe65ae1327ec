from django.db import migrations

BATCH = 10_000  # rows, each batch committed
SPACES = r"[\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
KEPT = f"normalize(btrim(regexp_replace({{0}}, '{SPACES}', ' ', 'g')), NFC)"
GIVEN, FAMILY = KEPT.format("given_name"), KEPT.format("family_name")
# What would grow too long by it, as a few letters of other scripts do, stays.
STATEMENT = f"""
UPDATE careid_profile SET given_name = {GIVEN}, family_name = {FAMILY}
WHERE id >= %s AND id < %s AND (given_name, family_name) IS DISTINCT FROM ({GIVEN}, {FAMILY})
    AND length({GIVEN}) BETWEEN 1 AND 100 AND length({FAMILY}) BETWEEN 1 AND 100"""
ORGANISATIONS = f"UPDATE careid_organisation SET name = {KEPT.format('name')} WHERE name <> {KEPT.format('name')}"


def compose(apps, schema_editor):
    """Accents one with their letters and one space between words, in batches: the same names, written as new ones are."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM careid_profile")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, BATCH):
            cursor.execute(STATEMENT, [start, start + BATCH])
        cursor.execute(ORGANISATIONS)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("careid", "0013_names_folded"),
    ]
    operations = [
        migrations.RunPython(compose, migrations.RunPython.noop),
    ]
