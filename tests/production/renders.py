"""Videos that a server is asked for, and what became of them: `python -m tests.production.renders WHAT`.

`ask N PAUSE` asks for N small videos, PAUSE seconds apart, and prints the number of each that was taken;
`account SAMPLE` prints how many are finished, and compares SAMPLE of them with undisturbed renders;
`forget_leases` lets those of killed workers run out, as a minute would.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import django

N_FRAMES, STEPS = 24, 40


def ask(n: int, pause: float) -> None:
    """Each request is tried again until the server takes it; the same request never makes a second video."""
    from django.conf import settings
    from django.db import DatabaseError, connection

    from generation.services.rendering import request_video
    from generation.services.training import register_model
    from tests.generation.tiny import make_tiny_model

    folder = Path(settings.MODELS_ROOT) / "tiny"
    make_tiny_model(folder)
    model = register_model(name="tiny", folder=folder)
    taken = 0
    while taken < n:
        try:
            request_video(
                trained_model=model,
                seed=taken,
                conditions={"age": 40},
                group_from="female",
                group_to="male",
                n_frames=N_FRAMES,
                steps=STEPS,
                guidance=2.0,
            )
        except DatabaseError:
            connection.close()
            time.sleep(0.2)
        else:
            taken += 1
            sys.stdout.write(f"{taken}\n")
            sys.stdout.flush()
            time.sleep(pause)


def account(sample: int) -> dict[str, int]:
    """What is finished, what of a sample has other bytes than it should, what was written too late."""
    from django.db.models import F

    from generation import frames
    from generation.models import RenderChunk, Video
    from generation.selectors.videos import frame_name

    finished = Video.objects.filter(trained_model__name="tiny", completed_at__isnull=False)
    done = RenderChunk.objects.filter(state=RenderChunk.State.DONE).select_related("job__video")
    late = sum(
        frames.store().get_modified_time(frames.name_of(chunk.job.video, frame_name(frame)))
        > chunk.finished_at
        for chunk in done
        for frame in range(chunk.first_frame, chunk.last_frame + 1)
    )
    chosen = random.sample(list(finished), min(sample, finished.count()))
    return {
        "finished": finished.count(),
        "compared": len(chosen),
        "other bytes": sum(map(_differs, chosen)),
        "chunks": done.count(),
        "attempts broken off": sum(done.values_list(F("attempt") - 1, flat=True)),
        "frames rendered again": late,
    }


def _differs(video: Any) -> bool:
    """Whether the stored files or their pixels are other than those of an undisturbed render."""
    from generation import frames
    from generation.counterfactual.rendering import Renderer
    from generation.counterfactual.spec import VideoSpec
    from generation.selectors.videos import frame_name

    pixels = Renderer(video.trained_model.path).frames(VideoSpec.from_dict(video.spec), 0, N_FRAMES - 1)
    made = [hashlib.sha256(frame.tobytes()).hexdigest() for frame in pixels]
    files = [frames.read(video, frame_name(frame)) for frame in range(N_FRAMES)]
    manifest = video.manifest["frames"]
    return made != [one["pixels_sha256"] for one in manifest] or [
        hashlib.sha256(file).hexdigest() for file in files
    ] != [one["png_sha256"] for one in manifest]


def forget_leases() -> None:
    from django.utils import timezone

    from generation.models import RenderChunk

    RenderChunk.objects.filter(state=RenderChunk.State.LEASED).update(lease_expires_at=timezone.now())


def main() -> None:
    django.setup()
    what, *rest = sys.argv[1:]
    if what == "ask":
        ask(int(rest[0]), float(rest[1]))
    elif what == "forget_leases":
        forget_leases()
    else:
        sys.stdout.write(json.dumps(account(int(rest[0]))))


if __name__ == "__main__":
    main()
