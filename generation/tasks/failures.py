"""Why a chunk could not be rendered, in words that say what to do."""

from __future__ import annotations

import errno

from generation.diffusion.folder import CheckpointError
from generation.selectors.videos import FrameNotReady
from generation.tasks.memory import TooLittleMemory


def in_words(error: Exception) -> str:
    """What happened and what to do, in English, to be stored with the job; the log has the traceback."""
    if isinstance(error, TooLittleMemory):
        return (
            "The device has too little memory for this model, even with one frame at a time. Free its memory "
            "or render on a larger one, then retry."
        )
    if isinstance(error, FrameNotReady):
        return f"A rendered frame is gone: {error} Bring it back from the backup, then retry."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "There is no space left for frames. Free some, then retry: finished frames are kept."
    if isinstance(error, PermissionError):
        return (
            "The worker may not write the frames. Give its account the right to write to the frames' "
            "folder, then retry."
        )
    if isinstance(error, (CheckpointError, ValueError)):
        return str(error)  # the core's own messages say what to do
    said = str(error).splitlines()[0][:300] if str(error) else "no message"
    name = type(error).__name__
    return f"The renderer failed with {name}: {said}. The worker's log says where; mend it, then retry."
