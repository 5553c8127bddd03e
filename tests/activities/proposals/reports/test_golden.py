"""The two published reports come out of imported rows again, to one decimal."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from tests import factories
from tests.activities.proposals.reports.test_pages import PARTS, REPORT, forget, numbers, opened, text
from tests.activities.proposals.reports.workbooks import (
    FIRST_OF_11TH,
    FOURTH_OF_13TH,
    PROVINCE,
    Breakdown,
    people_for,
    rows_of,
    workbook_of,
)
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.enums import Role
from tongxin.foundation.organization.models import Committee, Post

if TYPE_CHECKING:
    from django.test import Client

GOLDEN = Path(
    os.environ.get(
        "TONGXIN_GOLDEN_REPORTS",
        Path(__file__).resolve().parents[5] / "shared" / "golden" / "proposal_reports.json",
    )
)
SESSIONS = (FOURTH_OF_13TH, FIRST_OF_11TH)


def imported(b: Breakdown, folder: Path) -> None:
    """Take the workbook of a session in through the command."""
    people_for(b)
    path = folder / "proposals.xlsx"
    path.write_bytes(workbook_of(rows_of(b)))
    out = io.StringIO()
    call_command("import_proposals", str(path), committee=PROVINCE, json=True, stdout=out)
    assert json.loads(out.getvalue())["added"] == b.received
    # As the server does by itself within a minute; until then it may take the tables for empty.
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def reported(*, committee: str = PROVINCE, term: int, session: int) -> dict[str, Any]:
    out = io.StringIO()
    call_command("report_proposals", committee=committee, term=term, session=session, json=True, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def published(index: int) -> dict[str, Any]:
    if not GOLDEN.exists():
        pytest.skip(f"no golden results at {GOLDEN}: set TONGXIN_GOLDEN_REPORTS to the file")
    found: dict[str, Any] = json.loads(GOLDEN.read_text("utf-8"))["reports"][index]
    return found


@pytest.mark.parametrize("index", [0, 1])
def test_report_of_an_imported_session_equals_what_was_published(
    fresh_db: str, tmp_path: Path, index: int
) -> None:
    expected, b = published(index), SESSIONS[index]

    imported(b, tmp_path)
    found = reported(term=b.term, session=b.session)

    # What the session is called is the newspaper's; the rows of by_topic bear no names there.
    del expected["name"]
    topics = expected.pop("by_topic", None)
    assert {key: found[key] for key in expected} == expected
    if topics is not None:
        assert [{k: row[k] for k in ("count", "percent")} for row in found["by_topic"]] == topics
        assert all(row["topic"] for row in found["by_topic"])


def test_page_of_an_imported_session_opens_as_many_rows_as_it_counts(
    client: Client, fresh_db: str, tmp_path: Path
) -> None:
    imported(FIRST_OF_11TH, tmp_path)
    sign_in_to_the_office(client)
    forget()

    for part in PARTS:
        found = numbers(text(client.get(REPORT, {"part": part})))
        assert len(found) > 15
        assert [(url, n) for url, n in found if opened(client, url) != n] == []
    assert opened(client, f"{REPORT}units/?answering=1") == 65


def sign_in_to_the_office(client: Client) -> None:
    committee = Committee.objects.get(code=PROVINCE)
    leader = factories.make_user("leader", "主席")
    with tenancy.scope([committee.pk]), transaction.atomic():
        Post.objects.create(committee=committee, user=leader, role=Role.LEADER, since=factories.SINCE)
    client.force_login(leader)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"committee": "999999", "term": 5, "session": 5}, "没有代码为999999的政协。"),
        ({"committee": "620881", "term": 6, "session": 1}, "华亭市政协没有第6届，或者这一届还没有会议。"),
        ({"committee": "620881", "term": 5, "session": 9}, "华亭市政协第5届没有第9次会议。"),
    ],
)
def test_command_with_a_session_that_is_not_there_says_so(asked: dict[str, Any], says: str) -> None:
    factories.make_house()

    with pytest.raises(CommandError) as refused:
        reported(**asked)

    assert (str(refused.value), refused.value.returncode) == (says, 2)


@pytest.mark.django_db
def test_command_without_json_says_it_in_sentences() -> None:
    house = factories.make_house()
    factories.filed(house)
    out = io.StringIO()

    call_command("report_proposals", committee="620881", term=5, session=5, stdout=out)

    assert out.getvalue().splitlines() == [
        "华亭市政协五届五次会议",
        "收到1件，立案1件，占100.0%；并案0件。",
        "立案的提案中，集体提案0件，占0.0%；委员个人和联名提案1件，占100.0%。",
        "1名委员参与提案，占20.0%。",
        "按类别：城乡建设1件，占100.0%。",
        "承办单位0个。",
    ]


@pytest.mark.django_db
def test_report_of_a_session_without_proposals_has_no_shares() -> None:
    factories.make_house()

    found = reported(committee="620881", term=5, session=5)

    assert (found["received"], found["filed_percent"], found["by_topic"]) == (0, None, [])
