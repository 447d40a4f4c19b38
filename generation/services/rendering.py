"""Ask for videos. Nothing here loads torch."""

from __future__ import annotations

from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from generation.counterfactual.spec import VideoSpec
from generation.diffusion.schema import Conditions, Schema
from generation.models import Radiograph, RenderChunk, RenderJob, TrainedModel, Video
from generation.services.announce import announce

SUPER_RESOLUTION_STEPS = 4


def request_video(
    *,
    trained_model: TrainedModel,
    seed: int,
    conditions: Conditions,
    group_from: str,
    group_to: str,
    n_frames: int,
    steps: int,
    guidance: float,
    precision: Literal["float32", "bfloat16"] = "float32",
    keyframe_bound: float | None = None,
    sampler: Literal["ddim", "dpm-solver++"] = "ddim",
    source: Radiograph | None = None,
    priority: int = 100,
) -> Video:
    """The video of this spec; a new one is queued for rendering, an earlier one is handed back as it is.

    ``conditions`` are the other attributes, which stay the same in all frames; what is absent is left open.
    ``guidance`` is s in null + s (conditional - null). Raises ValidationError for what cannot be rendered.
    ``precision`` bfloat16 is faster where the processor has it, and differs by a few grey levels.
    ``keyframe_bound`` (grey levels) renders no more frames than it needs, and interpolates the others.
    ``source`` is a radiograph that the video begins at; ``group_from`` and ``conditions`` are then its own.
    """
    try:
        spec = VideoSpec(
            checkpoint_sha256=trained_model.weights_sha256,
            seed=seed,
            conditions=conditions,
            value_from=group_from,
            value_to=group_to,
            n_frames=n_frames,
            steps=steps,
            guidance=guidance,
            precision=precision,
            keyframe_bound=keyframe_bound,
            sampler=sampler,
            source=source.pixel_sha256 if source else "",
            super_resolution_steps=SUPER_RESOLUTION_STEPS if trained_model.has_super_resolution else 0,
        )
        spec.check(Schema.from_dict(trained_model.conditions))
    except ValueError as error:
        raise ValidationError(str(error)) from error
    with transaction.atomic():
        existing = Video.objects.filter(spec_sha256=spec.sha256()).first()
        return existing or _create(trained_model, spec, source, priority)


def _create(trained_model: TrainedModel, spec: VideoSpec, source: Radiograph | None, priority: int) -> Video:
    video = Video(
        source_radiograph=source,
        trained_model=trained_model,
        spec=spec.as_dict(),
        spec_sha256=spec.sha256(),
        group_from=str(spec.value_from),
        group_to=str(spec.value_to),
        seed=spec.seed,
        n_frames=spec.n_frames,
        width=trained_model.image_size,
        height=trained_model.image_size,
    )
    video.full_clean()
    video.save()
    job = RenderJob(video=video, priority=priority)
    job.full_clean()
    job.save()
    # One chunk is one group that the renderer computes together: nothing is computed twice.
    for index, (first, last) in enumerate(spec.groups()):
        chunk = RenderChunk(job=job, index=index, first_frame=first, last_frame=last)
        chunk.full_clean()
        chunk.save()
    announce(job)
    return video
