"""Cohort and radiographs; trained models; videos with the jobs and chunks that render them."""

from generation.models.cohort import Cohort
from generation.models.cohort_import import CohortImport
from generation.models.held_image import HeldImage, HoldDecision
from generation.models.kept_counts import KeptCounts
from generation.models.radiograph import Radiograph
from generation.models.render_chunk import RenderChunk
from generation.models.render_event import RenderEvent
from generation.models.render_job import RenderJob
from generation.models.trained_model import TrainedModel
from generation.models.video import Video

__all__ = [
    "Cohort",
    "CohortImport",
    "HeldImage",
    "HoldDecision",
    "KeptCounts",
    "Radiograph",
    "RenderChunk",
    "RenderEvent",
    "RenderJob",
    "TrainedModel",
    "Video",
]
