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
from stats.report import Selection, table2, table3
from stats.report.selection import DIRECTIONS, SPECIALTIES
from stats.selectors import study_facts, study_ratings, study_with_results

TABLES = {2: table2, 3: table3}


class TableView(APIView):
    """Table 2 (frequencies) or Table 3 (agreement) of a study."""

    @extend_schema(
        operation_id="study_table",
        responses=TableSerializer,
        parameters=[
            OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH, enum=list(TABLES)),
            OpenApiParameter("specialty", enum=list(SPECIALTIES), description="Only these readers."),
            OpenApiParameter("direction", enum=list(DIRECTIONS), description="Only videos shown this way."),
        ],
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        """The table as it is on the results page, with full precision behind each printed number."""
        if number not in TABLES:
            raise NotFound
        try:
            study = study_with_results(user=cast(User, request.user), slug=slug)
        except Study.DoesNotExist:
            raise NotFound from None
        except ResultsClosed as error:
            raise PermissionDenied(str(error)) from None
        query = request.query_params
        try:
            selection = Selection(query.get("specialty", ""), query.get("direction", ""))
        except ValueError as error:
            raise ValidationError({"detail": str(error)}) from None
        table = TABLES[number](study_ratings(study), study_facts(study), selection)
        return Response(TableSerializer(table).data, headers={"Cache-Control": "private, no-store"})
