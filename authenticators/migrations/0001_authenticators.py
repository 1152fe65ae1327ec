import authenticators.registry
import careid.storing.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('careid', '0001_people_trail_outbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='Authenticator',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=authenticators.registry.choices, max_length=20)),
                ('external_id', models.CharField(max_length=1400)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('material', careid.storing.fields.EncryptedJSONField()),
                ('details', models.JSONField(blank=True, default=dict)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.CharField(max_length=80)),
                ('usable_from', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('active', 'Active'), ('suspended', 'Suspended'), ('revoked', 'Revoked')], default='active', max_length=9)),
                ('state_reason', models.CharField(blank=True, max_length=40)),
                ('state_changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authenticators', to='careid.profile')),
            ],
            options={
                'indexes': [models.Index(models.F('profile'), models.F('kind'), name='authenticator_of_profile')],
                'constraints': [models.UniqueConstraint(models.F('kind'), models.F('external_id'), condition=models.Q(('state', 'revoked'), _negated=True), name='authenticator_once_among_live'), models.CheckConstraint(condition=models.Q(('state__in', ['active', 'suspended', 'revoked'])), name='authenticator_state_is_known'), models.CheckConstraint(condition=models.Q(('state', 'active'), models.Q(('state_reason', ''), _negated=True), _connector='OR'), name='authenticator_stopped_has_a_reason')],
            },
        ),
    ]
