"""Who may sign, unlock, fetch ahead and hold which role, held by the database; acts made after results were open."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from readers.migrations._guards import guarded


class Migration(migrations.Migration):

    dependencies = [
        ('readers', '0016_request_id'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = guarded("0017_right_person", [
        migrations.AddField(
            model_name='readerevent',
            name='unblinded',
            field=models.BooleanField(default=False, help_text='The results were open to the coordinator by then: the act may have been made knowing them.'),
        ),
        migrations.AddField(
            model_name='unlock',
            name='unblinded',
            field=models.BooleanField(default=False, help_text='The results were open to the coordinator by then: the act may have been made knowing them.'),
        ),
        migrations.CreateModel(
            name='StudyEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('archived', 'archived'), ('restored', 'taken back from the archive')], max_length=16)),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='study_events', to=settings.AUTH_USER_MODEL)),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='readers.study')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['archived', 'restored'])), name='study_event_kind_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='study_event_has_reason')],
            },
        ),
    ])
