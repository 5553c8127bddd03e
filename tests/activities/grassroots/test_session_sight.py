"""What of a session may be read by whom: the public, members, its files, the neighbour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.activities.grassroots.meetings import (
    LATER,
    STARTS,
    TITLE,
    TUESDAY,
    announced,
    held,
    planned,
    recorded,
)
from tests.capabilities.files import corpus
from tests.factories import JINCHANG, make_house
from tests.village import make_village
from tongxin.activities.grassroots.actions import recording, sheets
from tongxin.activities.grassroots.models import DeliberationSession
from tongxin.activities.grassroots.selectors.sessions import public_sessions
from tongxin.capabilities.files.leave import can_open_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.access import NOBODY
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_tuesday() -> Iterator[None]:
    with clock.at(TUESDAY):
        yield


@pytest.fixture
def here() -> Village:
    return make_village(make_house())


def test_public_reads_what_is_announced_and_published_results_only(here: Village) -> None:
    announced(here)
    recorded(here, publish=True, title="公开的", starts_at=STARTS - timedelta(days=9))
    recorded(here, title="不公开的", starts_at=STARTS - timedelta(days=8))
    planned(here, title="还在筹备")
    committee = here.house.committee.pk
    with tenancy.scope([committee], audience="public"):
        coming, results = public_sessions(committee, [here.council.pk])
        elsewhere = public_sessions(committee, [here.station.pk])
    assert [(s.title, s.venue, s.agreed) for s in coming] == [(TITLE, "村委会前广场", "")]
    assert [(s.title, s.agreed) for s in results] == [("公开的", "先修三社到学校这一段")]
    assert elsewhere == ([], [])


def test_public_reads_neither_names_nor_suggestions_of_a_published_session(here: Village) -> None:
    session = recorded(here, publish=True)
    with tenancy.scope([here.house.committee.pk], audience="public"):
        assert session.attendees.count() == 0
        assert session.suggestions.count() == 0
        assert session.statements.count() == 0


def stored(
    here: Village, session: DeliberationSession, purpose: str, content: bytes, name: str
) -> StoredFile:
    with here.house.at_work(), clock.at(LATER):
        upload: Any = SimpleUploadedFile(name, content)
        return sheets.add_papers(
            actor=here.house.actor("staff"), session=session, uploads=[upload], purpose=purpose
        )[0]


def test_signed_sheet_is_for_who_was_there_and_photos_for_all_members_once_archived(here: Village) -> None:
    session = recorded(here)
    signed = stored(here, session, StoredFile.Purpose.SIGNED_SHEET, corpus.pdf(), "签字单.pdf")
    photo = stored(here, session, StoredFile.Purpose.PHOTO, corpus.picture("PNG"), "会场.png")
    may = {
        who: tuple(_opens(here, who, file) for file in (signed, photo))
        for who in ("staff", "head", "worker", "leader", "proposer", "outsider", "clerk_a")
    }
    # The worker keeps the room, not the council that convened.
    assert may == {
        "staff": (True, True),
        "head": (True, True),
        "worker": (False, False),
        "leader": (True, True),
        "proposer": (True, True),
        "outsider": (False, True),
        "clerk_a": (False, False),
    }
    with tenancy.scope([here.house.committee.pk], audience="public"):
        assert not can_open_file(NOBODY, photo)


def _opens(here: Village, who: str, file: StoredFile) -> bool:
    actor = here.house.actor(who)
    with here.house.at_work():
        return can_open_file(actor, StoredFile.objects.select_related("matter").get(pk=file.pk))


def test_document_is_no_photo(here: Village) -> None:
    with pytest.raises(Refused, match="不是照片"):
        stored(here, held(here), StoredFile.Purpose.PHOTO, corpus.pdf(), "单.pdf")


def test_neighbouring_committee_sees_nothing(here: Village) -> None:
    session = recorded(here, publish=True)
    other = make_house(JINCHANG)
    with other.at_work():
        assert DeliberationSession.objects.visible_to(other.actor("staff")).count() == 0
        with pytest.raises(DeliberationSession.DoesNotExist):
            recording.reopen_record(actor=other.actor("staff"), session=session, reason="别人的")
