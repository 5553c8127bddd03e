"""Dashboards: what a committee does, by area, with the year before beside it."""
