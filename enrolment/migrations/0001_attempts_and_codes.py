import careid.storing.fields
import django.db.models.deletion
import django.utils.timezone
import enrolment.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('careid', '0001_people_trail_outbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('reference', models.CharField(default=enrolment.models.new_reference, max_length=7)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('previous_token_hash', models.BinaryField(max_length=32, null=True, unique=True)),
                ('typed_email', careid.storing.fields.EncryptedTextField()),
                ('pair', models.BinaryField(max_length=32)),
                ('nino_fingerprint', careid.storing.fields.FingerprintField(max_length=81)),
                ('matched_fingerprint', careid.storing.fields.FingerprintField(max_length=81, null=True)),
                ('picture', models.CharField(max_length=40, null=True, unique=True)),
                ('pending', careid.storing.fields.EncryptedJSONField(default=dict, null=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('verified_at', models.DateTimeField(null=True)),
                ('authenticator_id', models.UUIDField(null=True)),
                ('undone', models.BooleanField(default=False)),
                ('added_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('profile', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='careid.profile')),
            ],
        ),
        migrations.CreateModel(
            name='EmailCode',
            fields=[
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='enrolment.attempt')),
                ('digest', models.BinaryField(max_length=32)),
                ('sends', models.PositiveSmallIntegerField(default=1)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='email_code_at_most_5_tries')],
            },
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(models.F('started_at'), name='attempt_started'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(('verified_at__isnull', True), ('profile__isnull', False), _connector='OR'), name='attempt_verified_has_a_profile'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('added_at__isnull', True), ('authenticator_id__isnull', True)), models.Q(('added_at__isnull', False), ('authenticator_id__isnull', False)), _connector='OR'), name='attempt_added_knows_what_and_when'),
        ),
    ]
