from django.db import migrations, models

# Rows go in a rotation alone, by the role that owns the table and says so in its transaction. That role can take the
# triggers off anyway; this way it needs no lock that the portal would wait for. Nothing is ever changed or truncated.
APPEND_ONLY = """
CREATE OR REPLACE FUNCTION careid_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('careid.rotating', true) = 'on' AND pg_has_role(
        current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER careid_seal_rows BEFORE UPDATE OR DELETE ON careid_seal
    FOR EACH ROW EXECUTE FUNCTION careid_event_is_append_only();
CREATE TRIGGER careid_seal_table BEFORE TRUNCATE ON careid_seal
    FOR EACH STATEMENT EXECUTE FUNCTION careid_event_is_append_only();
"""
AS_BEFORE = """
DROP TRIGGER careid_seal_table ON careid_seal;
DROP TRIGGER careid_seal_rows ON careid_seal;
CREATE OR REPLACE FUNCTION careid_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'careid_event is append only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
            END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('careid', '0004_what_metrics_ask'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('last', models.BigIntegerField(verbose_name='last event that it covers')),
                ('count', models.PositiveIntegerField(verbose_name='how many it covers')),
                ('form', models.PositiveSmallIntegerField(verbose_name='how they are written out')),
                ('rotated', models.BigIntegerField(null=True, verbose_name='seal up to which events were rotated away')),
                ('key_id', models.CharField(max_length=16)),
                ('mac', models.BinaryField(max_length=32)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('rotated__isnull', False)), fields=['-number'], name='seal_rotations')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, reverse_sql=AS_BEFORE),
    ]
