"""Tasks of a job array, from the script that sbatch is given; Slurm itself does not run in the tests."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from generation.counterfactual.rendering import Renderer
from generation.counterfactual.spec import VideoSpec
from generation.management.commands.render_array import task_name
from tests.generation.rendering.processes import attempts, database_url, states

SCRIPT = "deploy/slurm/render.sbatch"


@pytest.mark.timeout(240)  # starting Python, Django and torch takes a busy machine long
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_tasks_of_an_array_share_the_chunks_and_give_the_same_bytes(request_tiny, tiny_model, tmp_path):
    video = request_tiny(n_frames=48, steps=60)
    told = {
        "DATABASE_URL": database_url(connection),
        "COUNTERPART_DATA": str(tmp_path),
        "COUNTERPART_RENDER_DEVICE": "cpu",
        "PYTHON": sys.executable,
        "OMP_NUM_THREADS": "1",
        "SLURM_SUBMIT_DIR": str(settings.BASE_DIR),
        "SLURM_ARRAY_JOB_ID": "7",
    }
    tasks = [
        subprocess.Popen(
            ["bash", SCRIPT],
            cwd=settings.BASE_DIR,
            env=os.environ | told | {"SLURM_ARRAY_TASK_ID": str(number)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    said = [task.communicate(timeout=200)[0] for task in tasks]
    assert [task.returncode for task in tasks] == [0, 0]
    assert all(f"slurm 7_{number} " in text for number, text in enumerate(said))
    assert states(video) == ["done"] * 4
    assert attempts(video) == [1] * 4
    video.refresh_from_db()
    frames = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 47)
    assert [entry["pixels_sha256"] for entry in video.manifest["frames"]] == [
        hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames
    ]


def test_a_task_whose_time_is_over_says_that_something_waits(request_tiny, tmp_path):
    request_tiny()
    with pytest.raises(SystemExit) as ended:
        call_command("render_array", "--minutes", "0")
    assert ended.value.code == 75


def test_a_worker_outside_slurm_has_no_task_name():
    assert task_name({}) == ""
    assert task_name({"SLURM_ARRAY_JOB_ID": "7", "SLURM_ARRAY_TASK_ID": "3"}) == "slurm 7_3 "
