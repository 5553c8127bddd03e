"""The figures of the newspaper pages: from an empty installation, by the command, exactly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.scenario.world import installed, printed_of, value_of

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[3] / "shared" / "golden" / "places.json"
ROOMS = {"organization", "proposals", "grassroots", "topics", "codes"}


def test_scenario_of_the_pages_gives_every_figure_and_names_what_no_room_has(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not GOLDEN.exists():
        pytest.skip("shared/golden is not here")
    installed()
    with pytest.raises(CommandError) as ended:
        call_command("scenario", str(GOLDEN))
    assert ended.value.returncode == 3
    places = json.loads(GOLDEN.read_text("utf-8"))
    stated = [(place["place"], f) for place in places for f in place["figures"]]
    left_out = [
        f"{place}\t{f['figure']}\t{f['label']}"
        for place, f in stated
        if f["figure"].split(".")[0] not in ROOMS
    ]
    assert capsys.readouterr().err.splitlines() == left_out
    for place, f in stated:
        if f["figure"].split(".")[0] in ROOMS:
            _is_as_stated(place, f)


def _is_as_stated(place: str, f: dict[str, object]) -> None:
    value = value_of(place, f["figure"], f["period"])
    bound = f["value"]
    if f["qualifier"] in ("余", "多"):
        assert bound <= value < bound * 1.5, (place, f, value)
    else:
        assert value == bound, (place, f, value)
    said = f"{bound}%{f['qualifier']}" if f["qualifier"] == "左右" else f"{bound}{f['qualifier'] or ''}"
    assert printed_of(place, f["figure"], f["period"]) == said
