"""Frames in S3-compatible storage: a real server on loopback, and the same bytes as in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from urllib.request import urlopen

import boto3
import numpy as np
import pytest
from django.core.management import call_command

from counterpart.environment_values import bucket
from generation import frames
from generation.counterfactual.rendering import Renderer
from generation.counterfactual.spec import VideoSpec
from generation.imaging.canonical import decode_png
from generation.imaging.delta_bundle import decode
from generation.selectors.bundles import bundle_file
from generation.selectors.outputs import SHEET
from generation.selectors.videos import FrameNotReady, frame_bytes
from generation.tasks.worker import Worker
from tests.rabbitmq import free_port
from tests.stored import frame_path


@pytest.fixture
def s3(settings, monkeypatch):
    """The client of an empty storage server in which the frames are kept."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=os.environ | keys,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_answering(address)
        client = boto3.client("s3", endpoint_url=address, region_name="us-east-1")
        client.create_bucket(Bucket="reads")
        settings.STORAGES = settings.STORAGES | {
            "frames": bucket(f"s3://reads/videos?endpoint={address}&region=us-east-1")
        }
        yield client
        client.close()
    finally:
        server.kill()
        server.wait()


def wait_until_answering(address: str) -> None:
    end = time.monotonic() + 50
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            assert time.monotonic() < end, "the storage server did not start"
            time.sleep(0.1)


def test_a_video_is_rendered_into_s3_and_read_from_there(s3, request_tiny, tiny_model):
    video = request_tiny(n_frames=12)
    with pytest.raises(FrameNotReady):
        frame_bytes(video, 0)
    Worker().render_next()
    video.refresh_from_db()
    expected = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 11)
    assert all(np.array_equal(decode_png(frame_bytes(video, i)), expected[i]) for i in range(12))
    assert np.array_equal(np.stack(list(decode(frames.read(video, bundle_file("BA"))))), expected[::-1])
    assert frames.has(video, SHEET)
    names = [entry["Key"] for entry in s3.list_objects_v2(Bucket="reads")["Contents"]]
    assert all(name.startswith(f"videos/{video.spec_sha256[:2]}/{video.spec_sha256}/") for name in names)
    assert sum(name.endswith(".bundle") for name in names) == 2
    s3.delete_object(Bucket="reads", Key=f"videos/{frames.name_of(video, '0003.png')}")
    with pytest.raises(FrameNotReady):
        frame_bytes(video, 3)


@pytest.mark.django_db(transaction=True)
def test_a_backup_says_that_it_has_no_frames_of_another_storage(settings, tmp_path, capsys):
    call_command("backup", str(tmp_path / "first"))
    assert capsys.readouterr().err == ""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"frames": memory}
    call_command("backup", str(tmp_path / "second"))
    assert "no part of this backup" in capsys.readouterr().err


@pytest.mark.parametrize("index", [-1, 24])
def test_no_frame_outside_the_video_is_looked_for(request_tiny, index):
    video = request_tiny()
    frames.write(video, f"{index:04}.png", b"whatever")
    with pytest.raises(FrameNotReady):
        frame_bytes(video, index)


def test_a_folder_holds_a_file_whole_or_not_at_all(request_tiny):
    video = request_tiny()
    frames.write(video, "0000.png", b"first")
    frames.write(video, "0000.png", b"again")
    assert frames.read(video, "0000.png") == b"again"
    assert [path.name for path in frame_path(video, 0).parent.iterdir()] == ["0000.png"]


@pytest.mark.parametrize("written", ["http://bucket", "s3://", "s3://bucket?endpont=x", "s3://bucket?x"])
def test_an_address_that_is_no_bucket_is_refused(written):
    with pytest.raises(ValueError, match=r"such as s3://|bad query"):
        bucket(written)
