"""The embedded worker: claims chunks one by one, keeps their leases alive, stops promptly when told to."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, close_old_connections, connection

from generation.imaging.preview import NoPreview
from generation.models import RenderChunk, Video
from generation.selectors.bundles import without_bundle
from generation.selectors.videos import FrameNotReady
from generation.services import chunks
from generation.services.bundles import make_bundle
from generation.services.outputs import make_pictures, make_preview
from generation.tasks.failures import in_words
from generation.tasks.render_chunk import render_chunk
from generation.tasks.threads import use_threads

if TYPE_CHECKING:
    from generation.tasks.memory import WithinMemory

logger = logging.getLogger(__name__)
# A worker that hangs lives on: whoever evaluated nothing for so long loses its chunk to another.
PATIENCE = timedelta(minutes=15)


class Stopped(Exception):
    """The worker was told to end."""


class LeaseLost(Exception):
    """Another worker has the chunk now, or the job was paused or cancelled."""


class Worker:
    """One process that renders; ``stop()`` may be called from a signal handler."""

    def __init__(
        self,
        *,
        lease: timedelta = chunks.LEASE,
        patience: timedelta = PATIENCE,
        device: str = "cpu",
        threads: int | None = None,
        name: str = "",
    ) -> None:
        self.owner = f"{name}{socket.gethostname()}:{os.getpid()}"[-80:]
        self.lease, self.patience, self.device, self.threads = lease, patience, device, threads
        self.stopping = False
        self._renderers: dict[str, WithinMemory] = {}
        self._not_bundled: set[Any] = set()

    def stop(self) -> None:
        self.stopping = True

    def render_next(
        self, *, video_id: Any = None, report: Callable[[], None] = lambda: None
    ) -> RenderChunk | None:
        """Claim and render one chunk; None when none waits. ``report`` is called after each evaluation."""
        chunk = chunks.claim(owner=self.owner, lease=self.lease, video_id=video_id)
        if chunk is None:
            return None
        started = time.monotonic()
        try:
            with self._heartbeat(chunk) as (lost, progressed):

                def tick() -> None:
                    if self.stopping:
                        raise Stopped
                    if lost.is_set():
                        raise LeaseLost
                    progressed.set()
                    report()

                render_chunk(chunk, self._renderer(chunk), tick)
        except Stopped:
            chunks.release(chunk=chunk)
        except LeaseLost:
            logger.info("Lost the lease on %s", chunk)
            chunks.release(chunk=chunk)
        except Exception as error:
            logger.exception("Could not render %s", chunk)
            chunks.fail(chunk=chunk, reason=in_words(error))
        else:
            logger.debug("Rendered %s in %.1f s", chunk, time.monotonic() - started)
            if Video.objects.filter(pk=chunk.job.video_id, completed_at__isnull=False).exists():
                logger.info("Rendered %s", chunk.job.video)
                self.make_bundles()
        return chunk

    def make_bundles(self) -> None:
        """Make missing bundles (until then frames travel as PNG files), and what people look at."""
        for video in without_bundle().exclude(pk__in=self._not_bundled):
            if self.stopping:
                return
            try:
                make_bundle(video=video)
                make_pictures(video=video)
                make_preview(video=video)
            except NoPreview as error:
                logger.info("Video %s has no preview: %s", video.pk, error)
            except (OSError, ValueError, FrameNotReady):
                logger.exception("Could not make the bundle of %s", video)
                self._not_bundled.add(video.pk)

    def _renderer(self, chunk: RenderChunk) -> WithinMemory:
        """The model of the chunk's video, loaded once; torch is imported here, in the worker alone."""
        use_threads(self.threads)
        from generation.counterfactual.rendering import Renderer
        from generation.tasks.memory import WithinMemory

        folder = chunk.job.video.trained_model.path
        if str(folder) not in self._renderers:
            self._renderers = {str(folder): WithinMemory(Renderer(Path(folder), self.device))}
        return self._renderers[str(folder)]

    @contextmanager
    def _heartbeat(self, chunk: RenderChunk) -> Iterator[tuple[threading.Event, threading.Event]]:
        """Extend the lease from a thread of its own, three times as often as it would run out.

        Yields two events: the thread sets the first when the lease is lost, the renderer the second at each
        evaluation. Without one for as long as ``patience`` the lease is no longer extended.
        """
        lost, progressed, over = threading.Event(), threading.Event(), threading.Event()

        def beat() -> None:
            last = time.monotonic()
            try:
                while not over.wait(self.lease.total_seconds() / 3):
                    close_old_connections()
                    moved = progressed.is_set()
                    progressed.clear()
                    last = time.monotonic() if moved else last
                    hangs = time.monotonic() - last > self.patience.total_seconds()
                    try:
                        held = not hangs and chunks.extend(chunk=chunk, lease=self.lease, progressed=moved)
                    except DatabaseError:
                        connection.close()
                        continue  # away for a moment: the lease outlasts a beat or two
                    if not held:
                        lost.set()
                        return
            finally:
                connection.close()

        thread = threading.Thread(target=beat, name="lease", daemon=True)
        thread.start()
        try:
            yield lost, progressed
        finally:
            over.set()
            thread.join()
