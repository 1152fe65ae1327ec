from django.db import migrations

# Who writes the trail says what happened, and not when. Only the role that owns the table keeps the time that it gives:
# it loads dumps, and brings in people.
TIME = """
CREATE OR REPLACE FUNCTION careid_event_has_our_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_catalog.pg_has_role(
        current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        NEW.at := pg_catalog.clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER careid_event_time BEFORE INSERT ON careid_event
    FOR EACH ROW EXECUTE FUNCTION careid_event_has_our_time();
"""
AS_BEFORE = """
DROP TRIGGER careid_event_time ON careid_event;
DROP FUNCTION careid_event_has_our_time();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('careid', '0010_replaced'),
    ]

    operations = [
        migrations.RunSQL(TIME, reverse_sql=AS_BEFORE),
    ]
