"""Tables as JSON, under the same rules as the page."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from readers.models import Study
from stats.api.serializers import TableSerializer
from stats.errors import ResultsClosed
from stats.report import Selection
from stats.report.selection import DIRECTIONS, PHASES, SPECIALTIES, UnknownChoice
from stats.selectors import study_with_results
from stats.tables import KEYS, NoTable, study_table

NUMBERS = {key.removeprefix("table"): key for key in KEYS}


class TableView(APIView):
    """A table: 1 (cohort), 1m (model), 2 (frequencies), 2s (tests against no change), 3 (agreement),
    3s (its supplement), 3c (comparisons), discordant."""

    @extend_schema(
        operation_id="study_table",
        responses=TableSerializer,
        parameters=[
            OpenApiParameter("number", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(NUMBERS)),
            OpenApiParameter("specialty", enum=list(SPECIALTIES), description="Only these readers."),
            OpenApiParameter("direction", enum=list(DIRECTIONS), description="Only videos shown this way."),
            OpenApiParameter("criterion", description="Only this criterion of the form, by its key."),
            OpenApiParameter("phase", enum=list(PHASES), default="blinded"),
        ],
    )
    def get(self, request: Request, slug: str, number: str) -> Response:
        """The table as it is on the results page, with full precision behind each printed number."""
        if number not in NUMBERS:
            raise NotFound
        try:
            study = study_with_results(user=cast(User, request.user), slug=slug)
        except Study.DoesNotExist:
            raise NotFound from None
        except ResultsClosed as error:
            raise PermissionDenied(str(error)) from None
        try:
            table = study_table(study, NUMBERS[number], Selection.from_query(request.query_params))
        except UnknownChoice as error:
            raise ValidationError({"detail": str(error)}) from None
        except NoTable as reason:
            raise NotFound(str(reason)) from None
        return Response(TableSerializer(table).data, headers={"Cache-Control": "private, no-store"})
