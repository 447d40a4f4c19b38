"""What people look at of a finished video: a contact sheet, a thumbnail, a preview, a DICOM file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generation import frames
from generation.models import Video
from generation.selectors.outputs import PREVIEW, SHEET, THUMBNAIL
from generation.selectors.videos import FrameNotReady, frame_bytes, frame_name

SYNTHETIC = "Synthetic: every frame was drawn by a model. No person was imaged. Not for diagnosis."
THUMBNAIL_SIDE = 128


def make_pictures(*, video: Video) -> None:
    """Store the contact sheet and the thumbnail of a finished video. Raises FrameNotReady."""
    from generation.imaging.contact_sheet import contact_sheet, thumbnail
    from generation.imaging.png import encode_grey

    sheet = contact_sheet(lambda index: grey(video, index), video.n_frames)
    frames.write(video, SHEET, encode_grey(sheet))
    small = thumbnail(grey(video, video.n_frames // 2), THUMBNAIL_SIDE)
    frames.write(video, THUMBNAIL, encode_grey(small))


def make_preview(*, video: Video) -> None:
    """Store the preview of a finished video, a lossy file that says so. Raises NoPreview, FrameNotReady."""
    from generation.imaging.preview import write_preview

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / PREVIEW
        write_preview(all_grey(video), out, synthetic=SYNTHETIC)
        frames.write(video, PREVIEW, out.read_bytes())


def export(*, video: Video, out: Path) -> Iterator[str]:
    """Write frames, manifest, sheet, preview and DICOM file into the new folder ``out``; yields each name.

    The frames are the bytes that the manifest names. Where ffmpeg is missing, what is yielded says so.
    Raises FrameNotReady for a video that is not complete, FileExistsError for a folder that is there.
    """
    from generation.imaging.contact_sheet import contact_sheet
    from generation.imaging.multiframe import dicom_pieces
    from generation.imaging.png import encode_grey
    from generation.imaging.preview import NoPreview, write_preview

    if video.manifest is None:
        raise FrameNotReady(f"Video {video.pk} is not complete.")
    (out / "frames").mkdir(parents=True)
    for index in range(video.n_frames):
        (out / "frames" / frame_name(index)).write_bytes(frame_bytes(video, index))
    yield f"frames/: {video.n_frames} PNG files"
    (out / "manifest.json").write_bytes(manifest_json(video))
    yield "manifest.json"
    sheet = contact_sheet(lambda index: grey(video, index), video.n_frames)
    (out / SHEET).write_bytes(encode_grey(sheet))
    yield SHEET
    with (out / "video.dcm").open("wb") as stream:
        stream.writelines(dicom_pieces(film(video), all_grey(video)))
    yield "video.dcm"
    try:
        write_preview(all_grey(video), out / PREVIEW, synthetic=SYNTHETIC)
        yield PREVIEW
    except NoPreview as error:
        yield f"no {PREVIEW}: {error}"


def manifest_json(video: Video) -> bytes:
    """The manifest for people and programs; its hash is over the same values in canonical form."""
    return json.dumps(video.manifest, indent=2, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def film(video: Video) -> Any:
    """What a DICOM file says of a finished video."""
    from generation.imaging.multiframe import Film

    return Film(
        manifest_sha256=video.manifest_sha256,
        description=f"{video.group_from} to {video.group_to}",
        model=video.trained_model.name,
        completed_at=video.completed_at,  # type: ignore[arg-type]
        n_frames=video.n_frames,
        width=video.width,
        height=video.height,
    )


def grey(video: Video, index: int) -> Any:
    """The pixels of a frame, (H, W) uint8. Raises FrameNotReady."""
    from generation.imaging.canonical import decode_png

    return decode_png(frame_bytes(video, index))


def all_grey(video: Video) -> Iterator[Any]:
    """The pixels of each frame in order, one at a time."""
    return (grey(video, index) for index in range(video.n_frames))
