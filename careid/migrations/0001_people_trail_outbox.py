import careid.storing.fields
import careid.models
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True)),
                ('address', models.URLField(blank=True)),
                ('description', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'AAL2 service',
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('sequence', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('name', models.CharField(choices=careid.models.event_names, max_length=40)),
                ('outcome', models.CharField(max_length=10)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('actor', models.CharField(max_length=80)),
                ('profile_id', models.BigIntegerField(null=True)),
                ('organisation', models.CharField(blank=True, max_length=12)),
                ('authenticator_id', models.UUIDField(null=True)),
                ('attempt_id', models.UUIDField(null=True)),
                ('reference', models.CharField(blank=True, max_length=7)),
                ('network', models.CharField(blank=True, max_length=50)),
                ('browser', models.CharField(blank=True, max_length=40)),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('details', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('profile_id__isnull', False)), fields=['profile_id', '-sequence'], name='event_of_profile'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='event_of_reference'), models.Index(models.F('at'), name='event_at')],
            },
        ),
        migrations.CreateModel(
            name='LimitCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('limit', models.CharField(max_length=40)),
                ('subject', models.BinaryField(max_length=32)),
                ('until', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(models.F('until'), name='limit_count_until')],
                'constraints': [models.UniqueConstraint(models.F('limit'), models.F('subject'), name='limit_count_one_a_subject')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9]{2,12}$', 'Use 2 to 12 capital letters and digits.')], verbose_name='ODS code')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('takes_part', models.BooleanField(default=True, help_text='Where this is off, nobody of this organisation can add an authenticator here.', verbose_name='takes part in self-service')),
                ('kinds_off', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='kinds it does not take part in')),
                ('email_domains', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=253), blank=True, default=list, help_text="Domains of its staff's addresses, separated by commas: for information.", size=None)),
                ('ra_name', models.CharField(blank=True, max_length=200, verbose_name='Registration Authority')),
                ('ra_email', models.EmailField(blank=True, max_length=254, verbose_name='its email address')),
                ('ra_phone', models.CharField(blank=True, max_length=40, verbose_name='its telephone number')),
                ('ra_hours', models.CharField(blank=True, max_length=200, verbose_name='its hours')),
            ],
            options={
                'ordering': ('name', 'code'),
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z0-9]{2,12}$')), name='organisation_code_is_ods')],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_id', models.CharField(max_length=12, unique=True, verbose_name='user id')),
                ('given_name', models.CharField(max_length=100)),
                ('family_name', models.CharField(max_length=100)),
                ('email', models.EmailField(blank=True, max_length=254, null=True)),
                ('nino_fingerprint', careid.storing.fields.FingerprintField(blank=True, editable=False, max_length=81, null=True)),
                ('identity_level', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=6)),
                ('closed_reason', models.CharField(blank=True, max_length=40)),
                ('source', models.CharField(default='import', max_length=20)),
                ('previous_email', models.EmailField(blank=True, max_length=254, null=True)),
                ('email_changed_at', models.DateTimeField(blank=True, null=True)),
                ('nino_changed_at', models.DateTimeField(blank=True, null=True)),
                ('user_handle', models.BinaryField(default=careid.models.new_user_handle, max_length=32, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='careid.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('template', models.CharField(max_length=40)),
                ('reference', models.CharField(blank=True, max_length=7)),
                ('content', careid.storing.fields.EncryptedJSONField(null=True)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('dropped', 'dropped: nobody to tell'), ('expired', 'expired before it could be sent'), ('failed', 'Failed')], default='queued', max_length=8)),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('not_after', models.DateTimeField(null=True)),
                ('allowed', models.BooleanField(default=False)),
                ('refusals', models.PositiveSmallIntegerField(default=0)),
                ('settled_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=40, verbose_name="the mail server's answer")),
                ('profile', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='careid.profile')),
            ],
        ),
        migrations.AddIndex(
            model_name='profile',
            index=models.Index(django.db.models.functions.text.Lower('email'), name='profile_email'),
        ),
        migrations.AddIndex(
            model_name='profile',
            index=models.Index(models.F('nino_fingerprint'), name='profile_nino'),
        ),
        migrations.AddIndex(
            model_name='profile',
            index=models.Index(django.db.models.functions.text.Lower('family_name'), name='profile_family_name'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('user_id__regex', '^[0-9]{12}$')), name='profile_user_id_is_12_digits'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('identity_level__lte', 3)), name='profile_identity_level_0_to_3'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'closed'])), name='profile_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_reason', ''), ('state', 'open')), models.Q(('state', 'closed'), models.Q(('closed_reason', ''), _negated=True)), _connector='OR'), name='profile_closed_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('email', ''), _negated=True), name='profile_email_is_null_or_filled'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('nino_fingerprint__isnull', True), ('nino_fingerprint__regex', '^[A-Za-z0-9]{1,16}:[0-9a-f]{64}$'), _connector='OR'), name='profile_nino_is_a_fingerprint'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('state', 'open')), name='profile_email_once_among_open'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.UniqueConstraint(models.F('nino_fingerprint'), condition=models.Q(('state', 'open')), name='profile_nino_once_among_open'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(fields=['profile', '-queued_at'], name='mail_of_profile'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['queued_at'], name='mail_waiting'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('state', 'queued')), models.Q(models.Q(('state', 'queued'), _negated=True), ('content__isnull', True)), _connector='OR'), name='mail_settled_is_wiped'),
        ),
        # Event is append only. A row trigger doesn't see TRUNCATE, so there are two.
        migrations.RunSQL(
            """
            CREATE FUNCTION careid_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'careid_event is append only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
            END $$;
            CREATE TRIGGER careid_event_rows BEFORE UPDATE OR DELETE ON careid_event
                FOR EACH ROW EXECUTE FUNCTION careid_event_is_append_only();
            CREATE TRIGGER careid_event_table BEFORE TRUNCATE ON careid_event
                FOR EACH STATEMENT EXECUTE FUNCTION careid_event_is_append_only();
            """,
            reverse_sql="""
            DROP TRIGGER careid_event_table ON careid_event;
            DROP TRIGGER careid_event_rows ON careid_event;
            DROP FUNCTION careid_event_is_append_only();
            """,
        ),
    ]
