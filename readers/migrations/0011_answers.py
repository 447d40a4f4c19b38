"""Kinds of answers, versions of submissions, unlocks, and the viewing log, with their guards."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from readers.migrations._guards import guarded


class Migration(migrations.Migration):

    dependencies = [
        ('readers', '0010_study_draft'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = guarded("0011_answers", [
        migrations.CreateModel(
            name='Unlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ViewingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sitting', models.UUIDField()),
                ('sequence', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=32)),
                ('at_ms', models.PositiveBigIntegerField()),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('data', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['assignment', 'sitting', 'sequence'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='answer',
            name='answer_score_1_to_5',
        ),
        migrations.AddField(
            model_name='answer',
            name='kind',
            field=models.CharField(choices=[('score', 'Score'), ('cannot_judge', 'Cannot judge'), ('withdrawn', 'Withdrawn')], default='score', max_length=16),
        ),
        migrations.AddField(
            model_name='submission',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='answer',
            name='reason',
            field=models.CharField(blank=True, help_text='Why it cannot be judged, or why the answer was changed.', max_length=300),
        ),
        migrations.AlterField(
            model_name='answer',
            name='score',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Code 1 to 5 of the anchor chosen, in the direction shown; empty unless it is a score.', null=True),
        ),
        migrations.AlterField(
            model_name='submission',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='readers.assignment'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'score'), ('score__gte', 1), ('score__isnull', False), ('score__lte', 5)), models.Q(('kind', 'cannot_judge'), ('score__isnull', True), models.Q(('reason', ''), _negated=True)), models.Q(('kind', 'withdrawn'), ('score__isnull', True)), _connector='OR'), name='answer_score_fits_kind'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('assignment', 'version'), name='submission_version_unique'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='submission_version_from_1'),
        ),
        migrations.AddField(
            model_name='unlock',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unlocks', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unlock',
            name='submission',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='unlock', to='readers.submission'),
        ),
        migrations.AddField(
            model_name='viewingevent',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='viewing_events', to='readers.assignment'),
        ),
        migrations.AddConstraint(
            model_name='unlock',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='unlock_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='viewingevent',
            constraint=models.UniqueConstraint(fields=('sitting', 'sequence'), name='viewing_event_once'),
        ),
        migrations.AddConstraint(
            model_name='viewingevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='viewing_event_has_kind'),
        ),
    ])
