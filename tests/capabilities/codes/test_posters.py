"""Posters: what is printed is read again from its pixels, as a phone does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from django.urls import reverse

from tests.capabilities.codes.seen import codes_of
from tests.capabilities.codes.test_actions import new_event
from tongxin.capabilities.codes.actions import issue_code, issue_codes, revoke_code, suspend_code
from tongxin.capabilities.codes.addresses import code_url, short_address
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.posters import A4, BY_HAND, PLATE, SLOGAN, STEPS, posters_pdf
from tongxin.capabilities.codes.selectors.lists import for_posters
from tongxin.capabilities.codes.selectors.places import places_without_code
from tongxin.capabilities.jobs.models import Job
from tongxin.capabilities.jobs.runners import run_job
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.village import Village
    from tongxin.capabilities.codes.posters import Size

ROOMS = 137
# A phone sees less than a printer prints: 75 dots an inch.
DOTS = 75 / 72
HOSTILE = (
    '#strong[x] @a *b* _c_ $d$ \\e <f> `g` //h /*i*/ "j" ~ - = + 1. [k]',
    "#panic()",
    '#image("/etc/passwd")',
    "<script>alert(1)</script>",
    "W" * 60,
    "华" * 60,
    "a" * 30 + "。" * 30,
    "龘龘齉齾",
)


def texts(pdf: bytes) -> list[str]:
    """Return what stands on each page, without spaces and breaks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def read_codes(pdf: bytes) -> list[list[str]]:
    """Return what a phone reads off each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [
            [found.text for found in zxingcpp.read_barcodes(page.render(scale=DOTS, grayscale=True).to_pil())]
            for page in document
        ]
    finally:
        document.close()


def full_town(place: Village, rooms: int) -> list[AccessCode]:
    """Give the committee so many rooms, each with a code, and return the codes of rooms."""
    house, staff = place.house, place.house.actor("staff")
    with house.at_work():
        Node.objects.bulk_create(
            Node(
                committee=house.committee,
                kind="room",
                name=f"第{n}村协商议事室",
                host="village",
                parent=place.station,
                station=place.station,
                address="村委会",
            )
            for n in range(1, rooms)
        )
        issue_codes(actor=staff, nodes=places_without_code(staff))
        return list(for_posters(AccessCode.objects.filter(node__kind="room")))


def downloaded(client: Client, job: Job) -> bytes:
    answer = client.get(reverse("jobs:download", args=[job.pk]))
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def run_posters(place: Village, client: Client, query: str, size: str, who: str = "staff") -> Job:
    client.force_login(place.house.users[who])
    answer = client.post(f"{reverse('codes:posters')}?{query}", {"size": size})
    assert answer.status_code == 302
    with place.house.at_work():
        job = Job.objects.get(user=place.house.users[who])
        run_job(job.pk)
        return Job.objects.get(pk=job.pk)


def test_posters_of_137_rooms_are_made_in_one_run_and_each_code_leads_to_its_place(
    place: Village, client: Client, settings: SettingsWrapper
) -> None:
    settings.SITE_URL = "https://zx.example.cn"
    codes = full_town(place, ROOMS)
    job = run_posters(place, client, "kind=room", "a4")
    assert (job.state, job.message) == ("done", "海报137张。文件保留七天。")
    pdf = downloaded(client, job)
    read = read_codes(pdf)
    assert [len(page) for page in read] == [1] * ROOMS
    assert sorted(url for (url,) in read) == sorted(code_url(code) for code in codes)
    # Each stands on the page with its own name.
    name_of = {code_url(code): code.node.name for code in codes if code.node}
    for (url,), text in zip(read, texts(pdf), strict=True):
        assert [name for name in name_of.values() if f"委员会{name}" in text] == [name_of[url]]
    assert {c.printed_on for c in codes_of(place, node__kind="room")} == {clock.today()}
    with place.house.at_work():
        (entry,) = Entry.objects.filter(action="codes.print_posters")
    assert (entry.detail["count"], len(entry.detail["codes"])) == (ROOMS, ROOMS)


def test_door_plates_stand_three_to_a_sheet_and_are_read(place: Village, client: Client) -> None:
    codes = full_town(place, 7)
    job = run_posters(place, client, "kind=room", "plate")
    pdf = downloaded(client, job)
    read = read_codes(pdf)
    assert [len(page) for page in read] == [3, 3, 1]
    assert sorted(url for page in read for url in page) == sorted(code_url(code) for code in codes)
    assert [text.count(SLOGAN) for text in texts(pdf)] == [3, 3, 1]


@pytest.mark.parametrize("size", [A4, PLATE], ids=lambda size: size.key)
@pytest.mark.parametrize("name", HOSTILE)
def test_name_however_it_is_written_comes_out_as_text_on_one_sheet(
    place: Village, name: str, size: Size
) -> None:
    with place.house.at_work():
        Node.objects.filter(pk=place.room.pk).update(name=name[:60], address=(name * 9)[:80])
        (code,) = for_posters(AccessCode.objects.filter(node=place.room))
    pdf = posters_pdf([code], size)
    (text,) = texts(pdf)
    for said in (name[:60], (name * 9)[:80], SLOGAN, *STEPS, short_address(code), code.committee.name):
        assert "".join(said.split()) in text
    assert (BY_HAND in text) == (size is A4)
    assert read_codes(pdf) == [[code_url(code)]]


def test_poster_of_an_event_says_its_title(place: Village) -> None:
    event = new_event(place, "寺沟村的路灯怎么装？")
    with place.house.at_work():
        made = issue_code(actor=place.house.actor("staff"), matter=event)
        (code,) = for_posters(AccessCode.objects.filter(pk=made.pk))
    (text,) = texts(posters_pdf([code], A4))
    assert "寺沟村的路灯怎么装？" in text


def test_posters_are_of_codes_in_force_only(place: Village, client: Client) -> None:
    codes = full_town(place, 3)
    staff = place.house.actor("staff")
    with place.house.at_work():
        suspend_code(actor=staff, code=codes[0], reason="装修")
    client.force_login(place.house.users["staff"])
    client.post(f"{reverse('codes:posters')}?kind=room", {"size": "a4"})
    with place.house.at_work():
        revoke_code(actor=staff, code=codes[1], reason="不用了")
        job = Job.objects.get()
        run_job(job.pk)
        job = Job.objects.get()
        assert job.message == "海报1张。另有1个已经暂停或者作废，没有打印。文件保留七天。"
    assert [c.printed_on for c in codes_of(place, node__kind="room", status="active")] == [clock.today()]
    assert {c.printed_on for c in codes_of(place, node__kind="room") if c.status != "active"} == {None}


def test_posters_of_nothing_are_refused(place: Village, client: Client) -> None:
    client.force_login(place.house.users["staff"])
    url = f"{reverse('codes:posters')}?status=none"
    assert "没有可以打印的码" in client.get(url).content.decode()
    assert client.post(url, {"size": "a4"}).status_code == 409
    assert client.post(reverse("codes:posters"), {"size": "a0"}).status_code == 422


def test_posters_of_who_keeps_a_room_are_of_that_room_only(place: Village, client: Client) -> None:
    full_town(place, 3)
    job = run_posters(place, client, "", "a4", who="worker")
    pdf = downloaded(client, job)
    assert read_codes(pdf) == [[code_url(place.codes["room"])]]
    other = codes_of(place, node__name="第1村协商议事室")[0]
    chosen = client.get(reverse("codes:posters"), {"codes": [str(other.pk), str(place.codes["room"].pk)]})
    assert [code.pk for code in chosen.context["codes"]] == [place.codes["room"].pk]
