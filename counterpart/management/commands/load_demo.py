"""`manage.py load_demo`: the people and the studies of the demonstration; safe to run again."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from counterpart.demo import live_study, meeting_study, people
from generation.models import Video


class Command(BaseCommand):
    help = "Load the demonstration: people who can sign in, two live studies, and the paper reconstructed."

    def handle(self, *args: Any, **options: Any) -> None:
        sign_ins = people.sign_in_accounts()
        call_command("load_reconstruction", analyst=[people.ANALYST.username], stdout=self.stdout)
        study = live_study.load(sign_ins=sign_ins)
        self.stdout.write(
            f"Live study loaded: {study.study_videos.count()} videos are queued for rendering."
            if study
            else "The live study is there already."
        )
        videos = list(Video.objects.filter(seed__in=live_study.SEEDS))
        if meeting_study.load(sign_ins=sign_ins, videos=videos):
            self.stdout.write("A second study on the same videos is in its consensus meeting.")
