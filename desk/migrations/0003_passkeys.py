"""Passkeys of the desk in a table of our own, with those that django-otp-webauthn kept.

Its tables stay for a release, since a web of the release before may run beside this one. Until they are dropped, triggers
hold the two together: a passkey that the release before adds opens the desk here too, and one that is removed, stopped or
added anew in either place is no longer let in by the other. What hung on an account there goes with it by the foreign
keys, which Django did by itself while the app was there.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TAKE_OVER = r"""
DO $do$
DECLARE
    usual text := current_setting('search_path');
    found record;
BEGIN
    IF to_regclass('django_otp_webauthn_webauthnuserhandle') IS NULL THEN
        RETURN;
    END IF;
    -- The functions run with the rights of who owns the tables, and look at no others.
    PERFORM set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

    FOR found IN
        SELECT conrelid::regclass AS table_name, conname, pg_get_constraintdef(oid) AS definition
        FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'a' AND conrelid IN (
            'django_otp_webauthn_webauthncredential'::regclass, 'django_otp_webauthn_webauthnattestation'::regclass,
            'django_otp_webauthn_webauthnuserhandle'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', found.table_name, found.conname,
            found.conname, replace(found.definition, ' DEFERRABLE', ' ON DELETE CASCADE DEFERRABLE'));
    END LOOP;

    CREATE OR REPLACE FUNCTION desk_passkey_id(bytea) RETURNS text LANGUAGE sql IMMUTABLE AS
        $$ SELECT translate(encode($1, 'base64'), E'+/=\n', '-_') $$;

    CREATE OR REPLACE FUNCTION desk_passkey_copy(bigint) RETURNS void LANGUAGE sql AS $$
        INSERT INTO desk_passkey (name, confirmed, user_id, credential_id, user_handle, public_key, sign_count,
            backup_eligible, backed_up, transports, aaguid, rp_id, added_at, last_used_at)
        SELECT old.name, old.confirmed, old.user_id, desk_passkey_id(old.credential_id),
            coalesce(decode(handle.handle_hex, 'hex'), ''), desk_passkey_id(old.public_key), old.sign_count,
            old.backup_eligible, old.backup_state, old.transports, old.aaguid, '', coalesce(old.created_at, now()),
            old.last_used_at
        FROM django_otp_webauthn_webauthncredential old
        LEFT JOIN django_otp_webauthn_webauthnuserhandle handle ON handle.user_id = old.user_id
        WHERE old.id = $1
        ON CONFLICT DO NOTHING
    $$;

    CREATE OR REPLACE FUNCTION desk_passkey_from_before() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM desk_passkey_copy(NEW.id);
        ELSE
            DELETE FROM desk_passkey WHERE credential_id = desk_passkey_id(OLD.credential_id);
        END IF;
        RETURN NULL;
    END $$;

    CREATE OR REPLACE FUNCTION desk_passkey_to_before() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            DELETE FROM django_otp_webauthn_webauthncredential
            WHERE desk_passkey_id(credential_id) = OLD.credential_id;
        ELSE
            UPDATE django_otp_webauthn_webauthncredential SET confirmed = NEW.confirmed
            WHERE desk_passkey_id(credential_id) = OLD.credential_id;
        END IF;
        RETURN NULL;
    END $$;

    CREATE OR REPLACE TRIGGER desk_passkey_follows AFTER INSERT OR DELETE ON django_otp_webauthn_webauthncredential
    FOR EACH ROW EXECUTE FUNCTION desk_passkey_from_before();
    CREATE OR REPLACE TRIGGER desk_passkey_leads AFTER DELETE OR UPDATE OF confirmed ON desk_passkey
    FOR EACH ROW EXECUTE FUNCTION desk_passkey_to_before();

    PERFORM desk_passkey_copy(id) FROM django_otp_webauthn_webauthncredential ORDER BY id;
    PERFORM set_config('search_path', usual, true);
END $do$"""
LET_GO = "DROP FUNCTION IF EXISTS desk_passkey_from_before() CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0002_roles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Passkey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('credential_id', models.CharField(max_length=1364, unique=True)),
                ('user_handle', models.BinaryField(max_length=64)),
                ('public_key', models.TextField()),
                ('sign_count', models.BigIntegerField()),
                ('backup_eligible', models.BooleanField()),
                ('backed_up', models.BooleanField()),
                ('transports', models.JSONField(default=list)),
                ('aaguid', models.CharField(max_length=36)),
                ('rp_id', models.CharField(max_length=253)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL(TAKE_OVER, LET_GO),
    ]
