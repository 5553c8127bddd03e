"""The figures of the newspaper pages: from an empty installation, by the command, exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.scenario.world import as_said, installed, opened_rows, staff_of

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[3] / "shared" / "golden" / "places.json"
ROOMS = {"organization", "proposals", "grassroots", "topics", "codes"}
# Its value is a sum, not a count.
WITH_OTHER_ROWS = {"grassroots.subsidy_budget"}


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
    of_span: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for place, f in stated:
        if f["figure"].split(".")[0] in ROOMS:
            of_span.setdefault((place, f["period"]), []).append(f)
    clients = {place: staff_of(place) for place in dict.fromkeys(place for place, _period in of_span)}
    for (place, period), figures in of_span.items():
        said = as_said(place, period, [f["figure"] for f in figures])
        for f in figures:
            _is_as_stated(f, said[f["figure"]])
            rows = said[f["figure"]]["rows"]
            assert opened_rows(clients[place], f["figure"], period) == rows, (place, f)
            if f["figure"] not in WITH_OTHER_ROWS and f["unit"] != "%":
                assert rows == said[f["figure"]]["value"], (place, f)


def _is_as_stated(f: dict[str, Any], said: dict[str, Any]) -> None:
    bound, word = f["value"], f["qualifier"] or ""
    if word in ("余", "多"):
        assert bound <= said["value"] < bound * 1.5, (f, said)
    else:
        assert said["value"] == bound, (f, said)
    number = f"{bound}{said['unit']}{word}" if word == "左右" else f"{bound}{word}{said['unit']}"
    assert said["printed"] == number, (f, said)
