"""What is in the bundle, file by file, from a ``StudyRecord``; knows no Django.

``bundle_files`` gives names and contents, ``archive`` packs them so that equal data give equal bytes.
"""

from stats.bundle.files.archive import archive
from stats.bundle.files.contents import bundle_files
from stats.bundle.files.record import Act, CaseTime, ReaderRecord, StudyRecord, Unjudged, blinded

__all__ = ["Act", "CaseTime", "ReaderRecord", "StudyRecord", "Unjudged", "archive", "blinded", "bundle_files"]
