"""Render one counterfactual video to its end, in the terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from generation.management.commands.render_worker import stop_on_signals
from generation.models import Radiograph, RenderJob, TrainedModel, Video
from generation.selectors.cohorts import conditions_of
from generation.selectors.videos import frames_ready
from generation.services.rendering import request_video
from generation.services.training import register_model
from generation.tasks.worker import Worker


class Command(BaseCommand):
    help = "Render one video from a trained model. Run again after an interruption, it continues."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--model", required=True, help="name of a trained model")
        parser.add_argument("--folder", help="its checkpoint folder, when the name is new")
        parser.add_argument("--from", dest="group_from", metavar="GROUP")
        parser.add_argument("--to", dest="group_to", required=True, metavar="GROUP")
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", help="another condition"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--frames", type=int, default=180)
        parser.add_argument("--steps", type=int, default=200)
        parser.add_argument("--guidance", type=float, default=4.0, help="s in null + s (conditional - null)")
        parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
        parser.add_argument("--sampler", choices=("ddim", "dpm-solver++"), default="ddim")
        parser.add_argument(
            "--keyframes",
            type=float,
            metavar="BOUND",
            help="interpolate frames where rendered midpoints agree within BOUND grey levels (say 0.5)",
        )
        parser.add_argument(
            "--radiograph",
            type=int,
            metavar="ID",
            help="begin at this radiograph; what --from and --set leave out is taken from its registry row",
        )
        parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
        parser.add_argument("--device", default="cpu", help="cpu or cuda")

    def handle(self, **options: Any) -> None:
        try:
            video = self._video(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        worker = Worker(device=options["device"], threads=options["threads"])
        stop_on_signals(worker)
        self._render(video, worker)
        video.refresh_from_db()
        job = RenderJob.objects.get(video=video)
        if not video.is_complete:
            raise CommandError(f"Not complete: the job is {job.state}. {job.error}".strip())
        self.stdout.write(f"Video {video.pk}: {video.n_frames} frames, manifest {video.manifest_sha256}")

    def _video(self, options: dict[str, Any]) -> Video:
        name, folder = options["model"], options["folder"]
        model = (
            register_model(name=name, folder=folder)
            if folder
            else TrainedModel.objects.filter(name=name).first()
        )
        if model is None:
            raise CommandError(f"There is no model {name!r}; name its checkpoint with --folder.")
        radiograph = Radiograph.objects.filter(pk=options["radiograph"]).first()
        if options["radiograph"] is not None and radiograph is None:
            raise CommandError(f"There is no radiograph {options['radiograph']}.")
        known = [attribute["name"] for attribute in model.conditions["attributes"]]
        conditions = conditions_of(radiograph, known) if radiograph else {}
        its_group = conditions.pop("group", None)
        group_from = options["group_from"] or its_group
        if not group_from:
            raise CommandError("Name the group of the first frame with --from; no registry row says it.")
        return request_video(
            trained_model=model,
            seed=options["seed"],
            conditions=conditions | dict(condition(text) for text in options["set"]),
            group_from=str(group_from),
            group_to=options["group_to"],
            n_frames=options["frames"],
            steps=options["steps"],
            guidance=options["guidance"],
            precision=options["precision"],
            keyframe_bound=options["keyframes"],
            sampler=options["sampler"],
            source=radiograph,
            priority=0,
        )

    def _render(self, video: Video, worker: Worker) -> None:
        from tqdm import tqdm

        with tqdm(total=video.n_frames, initial=frames_ready(video), unit="frame") as bar:
            while worker.render_next(video_id=video.pk, report=bar.refresh) and not worker.stopping:
                bar.update(frames_ready(video) - bar.n)


def condition(text: str) -> tuple[str, str | float]:
    """``name=value`` as a pair; what reads as a number is one. Raises CommandError without "="."""
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"--set {text}: write NAME=VALUE.")
    try:
        return name, float(value)
    except ValueError:
        return name, value
