"""Why a chunk could not be rendered, in words that say what to do."""

from __future__ import annotations

import errno

from django.utils.translation import gettext as _

from generation.diffusion.folder import CheckpointError
from generation.selectors.videos import FrameNotReady
from generation.tasks.memory import TooLittleMemory


def in_words(error: Exception) -> str:
    """What happened and what to do, for the job's page; the worker's log has the traceback."""
    if isinstance(error, TooLittleMemory):
        return _(
            "The device has too little memory for this model, even with one frame at a time. Free its memory "
            "or render on a larger one, then retry."
        )
    if isinstance(error, FrameNotReady):
        return _(
            "A rendered frame is no longer in the storage: %s Bring it back from the backup, then retry."
        ) % str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("There is no space left for frames. Free some, then retry: finished frames are kept.")
    if isinstance(error, PermissionError):
        return _(
            "The worker may not write the frames. Give its account the right to write to the frames' "
            "folder, then retry."
        )
    if isinstance(error, (CheckpointError, ValueError)):
        return str(error)  # the core's own messages say what to do
    return _(
        "The renderer failed with %(kind)s: %(error)s. The worker's log says where; mend it, then retry."
    ) % {
        "kind": type(error).__name__,
        "error": str(error).splitlines()[0][:300] if str(error) else "",
    }
