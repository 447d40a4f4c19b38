"""The shape of a table in JSON: the model of ``stats.report.table``, field by field."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

Serializer = serializers.Serializer[Any]


class CellSerializer(Serializer):
    text = serializers.CharField(help_text="As printed.")
    value = serializers.FloatField(allow_null=True, help_text="The number behind it, at full precision.")
    how = serializers.CharField(help_text="How it was computed.")
    marks = serializers.ListField(child=serializers.CharField(), help_text="Letters of footnotes.")


class ColumnSerializer(Serializer):
    key = serializers.CharField()
    title = serializers.CharField()


class RowSerializer(Serializer):
    cells = CellSerializer(many=True)
    indent = serializers.IntegerField(help_text="1 where the row belongs to the last row with 0.")


class FootnoteSerializer(Serializer):
    mark = serializers.CharField()
    text = serializers.CharField()


class TableSerializer(Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    notice = serializers.CharField()
    columns = ColumnSerializer(many=True)
    rows = RowSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    footnotes = FootnoteSerializer(many=True)
