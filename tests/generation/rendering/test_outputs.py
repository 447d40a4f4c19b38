"""Files of a finished video, read by programs that are not ours: ffprobe, pydicom, dciodvfy, Pillow."""

from __future__ import annotations

import io
import json
import subprocess
from datetime import UTC, datetime

import numpy as np
import pydicom
import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.urls import reverse
from PIL import Image

from generation.imaging.contact_sheet import chosen_frames, contact_sheet, thumbnail
from generation.imaging.manifest import sha256_of
from generation.imaging.multiframe import Film, TooLarge, dicom_length, dicom_pieces
from generation.imaging.preview import MARK, NoPreview, marked, write_preview
from generation.tasks.worker import Worker
from tests.stored import frame_path


def frames_of(n: int, height: int, width: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (height, width), np.uint8) for _ in range(n)]


def film(**changes) -> Film:
    facts = {
        "manifest_sha256": "ab" * 32,
        "description": "female to male",
        "model": "tiny",
        "completed_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "n_frames": 5,
        "width": 35,
        "height": 33,
    }
    return Film(**facts | changes)


def test_the_dicom_file_holds_every_pixel_and_says_that_it_is_synthetic(tmp_path):
    pixels = frames_of(5, 33, 35)
    data = b"".join(dicom_pieces(film(), pixels))
    assert len(data) == dicom_length(film())
    assert data == b"".join(dicom_pieces(film(), pixels))
    dataset = pydicom.dcmread(io.BytesIO(data))
    assert np.array_equal(dataset.pixel_array, np.stack(pixels))
    assert dataset.SOPClassUID.name == "Multi-frame Grayscale Byte Secondary Capture Image Storage"
    assert (dataset.SyntheticData, dataset.ConversionType) == ("YES", "SYN")
    assert "Synthetic" in str(dataset.PatientName)
    assert "Not for diagnosis" in dataset.PatientComments


def test_a_validator_finds_no_error_in_the_dicom_file(tmp_path):
    path = tmp_path / "video.dcm"
    path.write_bytes(b"".join(dicom_pieces(film(), frames_of(5, 33, 35))))
    said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=True).stderr
    assert "MultiframeGrayscaleByteSCImage" in said
    # Debian's validator is older than Synthetic Data (0008,001C), which DICOM 2023b added.
    errors = [line for line in said.splitlines() if line.startswith("Error") and "0x0008,0x001c" not in line]
    assert errors == []


def test_frames_of_another_shape_or_too_many_are_refused():
    with pytest.raises(ValueError, match="A frame is"):
        list(dicom_pieces(film(), frames_of(5, 33, 36)))
    with pytest.raises(TooLarge, match="export the PNG frames"):
        dicom_length(film(n_frames=4100, width=1024, height=1024))


def test_the_preview_says_in_picture_and_tags_that_it_is_not_for_scoring(tmp_path):
    out = tmp_path / "preview.mp4"
    write_preview([np.full((33, 35), grey, np.uint8) for grey in range(0, 250, 10)], out, synthetic="Drawn.")
    assert [path.name for path in tmp_path.iterdir()] == ["preview.mp4"]
    asked = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(out)]
    facts = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    assert facts["format"]["tags"]["title"] == MARK == "PREVIEW, NOT FOR SCORING"
    assert facts["format"]["tags"]["comment"] == f"{MARK}. Drawn."
    stream = facts["streams"][0]
    assert (stream["codec_name"], stream["nb_frames"], stream["has_b_frames"]) == ("h264", "25", 0)


@pytest.mark.parametrize("shape", [(33, 35), (256, 256), (1024, 800)])
def test_the_mark_stands_above_a_picture_that_is_whole(shape):
    frame = frames_of(1, *shape)[0]
    shown = marked(frame)
    times = -(-256 // shape[1])
    frame = np.kron(frame, np.ones((times, times), np.uint8))
    height, width = frame.shape
    band = max(16, height // 16)
    assert shown.shape[0] % 2 == shown.shape[1] % 2 == 0
    assert np.array_equal(shown[band : band + height, :width], frame)
    written = shown[:band, :width]
    assert written.max() > 150  # the letters
    assert not written[:, 0].any()  # which end before the edge
    assert not written[:, -1].any()


def test_without_ffmpeg_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPreview, match="apt install ffmpeg"):
        write_preview(frames_of(2, 16, 16), tmp_path / "x.mp4", synthetic="")


def test_what_ffmpeg_says_is_handed_on(tmp_path):
    with pytest.raises(NoPreview, match="could not make the preview"):
        write_preview(frames_of(2, 16, 16), tmp_path / "missing" / "x.mp4", synthetic="")


def test_the_sheet_shows_first_last_and_change():
    pixels = [np.full((32, 32), grey, np.uint8) for grey in range(100, 124)]
    pixels[-1][:16] = 0
    sheet = contact_sheet(lambda index: pixels[index], 24)
    assert sheet.shape == (3 * 32, 6 * 32)
    assert (sheet[:32, :32] == 100).all()
    assert (sheet[48:64, -32:] == 123).all()
    assert (sheet[64:80, :32] == 0).all()  # the greatest change is black
    assert chosen_frames(24)[0] == 0
    assert chosen_frames(24)[-1] == 23
    assert thumbnail(np.zeros((1024, 512), np.uint8), 128).shape == (128, 64)


def test_a_video_is_exported_with_the_bytes_of_its_manifest(request_tiny, tmp_path, capsys):
    video = request_tiny(n_frames=12)
    out = tmp_path / "export"
    with pytest.raises(CommandError, match="is not complete"):
        call_command("export_video", str(video.pk), str(out))
    Worker().render_next()
    call_command("export_video", str(video.pk), str(out))
    assert "12 PNG files" in capsys.readouterr().out
    files = {"frames", "manifest.json", "contact_sheet.png", "video.dcm", "preview.mp4"}
    assert {path.name for path in out.iterdir()} == files
    video.refresh_from_db()
    assert sha256_of(json.loads((out / "manifest.json").read_bytes())) == video.manifest_sha256
    shown = [np.asarray(Image.open(path)) for path in sorted((out / "frames").iterdir())]
    assert np.array_equal(pydicom.dcmread(out / "video.dcm").pixel_array, np.stack(shown))
    assert (out / "frames" / "0003.png").read_bytes() == frame_path(video, 3).read_bytes()
    with pytest.raises(CommandError, match="name a new folder"):
        call_command("export_video", str(video.pk), str(out))
    with pytest.raises(CommandError, match="There is no video"):
        call_command("export_video", str(video.trained_model_id and "0" * 32), str(out))


def test_the_video_page_offers_its_files(client, request_tiny):
    user = User.objects.create_user("engineer")
    user.groups.add(Group.objects.get_or_create(name="engineers")[0])
    client.force_login(user)
    video = request_tiny(n_frames=12)

    def get(file):
        return client.get(reverse("generation:render-output", args=[video.pk, file]))

    assert get("manifest.json").status_code == 404
    Worker().render_next()
    page = client.get(reverse("generation:render", args=[video.pk])).content.decode()
    video.refresh_from_db()
    for file, kind in (
        ("manifest.json", "application/json"),
        ("contact_sheet.png", "image/png"),
        ("thumbnail.png", "image/png"),
        ("preview.mp4", "video/mp4"),
        ("video.dcm", "application/dicom"),
    ):
        response = get(file)
        content = response.getvalue()
        assert (response.status_code, response["Content-Type"]) == (200, kind)
        assert response["Cache-Control"] == "private, no-store"
        if file != "thumbnail.png":
            assert reverse("generation:render-output", args=[video.pk, file]) in page
        if file == "video.dcm":
            assert len(content) == int(response["Content-Length"])
    assert get("0000.png").status_code == 404
