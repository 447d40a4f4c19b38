"""Rehearsals: copies of a study whose washout may count as passed; no other study's clock can be moved."""

import django.db.models.deletion
from django.db import migrations, models

from readers.migrations._guards import guarded


class Migration(migrations.Migration):

    dependencies = [
        ('readers', '0017_right_person'),
    ]

    operations = guarded("0018_rehearsal", [
        migrations.AddField(
            model_name='study',
            name='clock_days',
            field=models.PositiveIntegerField(default=0, editable=False, help_text="Days of the washout that count as passed: a rehearsal's clock can be moved on."),
        ),
        migrations.AddField(
            model_name='study',
            name='rehearsal_of',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rehearsals', to='readers.study'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('clock_days', 0), models.Q(('clock_days__lte', models.F('washout_days')), ('rehearsal_of__isnull', False)), _connector='OR'), name='study_clock_moves_in_rehearsals'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('rehearsal_of__isnull', True), models.Q(('notice', ''), _negated=True), _connector='OR'), name='study_rehearsal_is_marked', violation_error_message='A rehearsal keeps its notice: people must see that it is one.'),
        ),
    ])
