"""Cohort and radiographs; trained models; videos with the jobs and chunks that render them."""

from generation.models.cohort import Cohort
from generation.models.radiograph import Radiograph
from generation.models.render_chunk import RenderChunk
from generation.models.render_job import RenderJob
from generation.models.trained_model import TrainedModel
from generation.models.video import Video

__all__ = ["Cohort", "Radiograph", "RenderChunk", "RenderJob", "TrainedModel", "Video"]
