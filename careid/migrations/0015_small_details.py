from django.db import migrations

# An event's details are a few words and counts. What no program could read stops the sealing, the export and the desk.
SMALL = """
CREATE OR REPLACE FUNCTION careid_event_has_small_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'careid_event: details are no small object' USING ERRCODE = 'check_violation';
END $$;
CREATE OR REPLACE TRIGGER careid_event_details BEFORE INSERT ON careid_event FOR EACH ROW
    WHEN (octet_length(NEW.details::text) > 16384 OR jsonb_typeof(NEW.details) <> 'object'
        OR jsonb_path_exists(NEW.details, '$.**{9 to last}')
        OR jsonb_path_exists(NEW.details, '$.** ? (@.type() == "number" && (@ > 1e18 || @ < -1e18))'))
    EXECUTE FUNCTION careid_event_has_small_details();
"""
AS_BEFORE = """
DROP TRIGGER careid_event_details ON careid_event;
DROP FUNCTION careid_event_has_small_details();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('careid', '0014_names_composed'),
    ]

    operations = [
        migrations.RunSQL(SMALL, reverse_sql=AS_BEFORE),
    ]
