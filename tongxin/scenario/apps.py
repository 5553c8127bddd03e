"""Registers the room with Django."""

from django.apps import AppConfig


class ScenarioConfig(AppConfig):
    """The room that makes records whose figures are given."""

    name = "tongxin.scenario"
    label = "scenario"
