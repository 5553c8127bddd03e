"""URLs of the deadlines room."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from tongxin.capabilities.deadlines import views


class DayConverter:
    """A day in an address: 2026-10-09."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read it; a day that does not exist is an address that does not exist."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Write it."""
        return value.isoformat()


class YearConverter:
    """A year that a calendar can show."""

    regex = r"20\d{2}"

    def to_python(self, value: str) -> int:
        """Read it."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Write it."""
        return str(value)


register_converter(DayConverter, "day")
register_converter(YearConverter, "calendar_year")

app_name = "deadlines"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("<calendar_year:year>/", views.calendar, name="year"),
    path("<calendar_year:year>/announce/", views.announce, name="announce"),
    path("days/", views.set_day, name="set_day"),
    path("days/<day:on>/remove/", views.remove_day, name="remove_day"),
    path("changes/<uuid:pk>/", views.change, name="change"),
]
