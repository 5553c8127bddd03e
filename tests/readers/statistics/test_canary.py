"""What somebody must not see does not come to light by a number: not on a page, in a sheet, by a part or a code."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests import talks
from tests.factories import JINCHANG, draft, filed, make_house
from tests.followers.journeys import links
from tests.village import make_village
from tongxin.activities.grassroots.models import Suggestion
from tongxin.activities.topics.enums import TopicState
from tongxin.foundation.core import figures as registry
from tongxin.foundation.core.figures import EVER, find_figure, register_figures
from tongxin.readers.statistics.counting import opened_url
from tongxin.readers.statistics.leave import open_to, things_open_to
from tongxin.readers.statistics.numbering import code_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.village import Village

pytestmark = pytest.mark.django_db
CANARY = "金丝雀"
DAY = date(2021, 3, 5)
# Everybody who signs in; each sees what their figures are open to, which here are all.
EVERYBODY = ("staff", "auditor", "proposer", "head", "clerk_a")
ROLES = (
    "staff",
    "leader",
    "auditor",
    "reviewer",
    "tenant_admin",
    "member",
    "station_head",
    "node_worker",
    "unit_clerk",
)


@pytest.fixture
def village(db: None) -> Village:
    return make_village(make_house())


@pytest.fixture
def open_figures() -> Iterator[None]:
    """Every declared figure is open to every role: what then protects is the leave to each row."""
    before = dict(registry._figures)
    register_figures(*(replace(one, seen_by=ROLES) for one in before.values()))
    yield
    registry._figures.clear()
    registry._figures.update(before)


def sing(village: Village) -> None:
    """Canaries that nobody of the house may see, whoever they are."""
    other = make_village(make_house(JINCHANG), key="x")
    with other.house.at_work():
        held = links.session(other, held_on=DAY, title=f"{CANARY}会")
        links.came(other, held, f"{CANARY}人", "member")
        links.topic(other, title=f"{CANARY}题")
        links.problem(other, title=f"{CANARY}事", state="solved", solved_on=DAY)
    talks.make_conversation(other.house, title=f"{CANARY}谈", seeds=[f"{CANARY}看法"])
    mine = talks.make_conversation(village.house, state="draft", title=f"{CANARY}没开始", seeds=[])
    talks.said(mine, f"{CANARY}没公布")
    filed(other.house, title=f"关于{CANARY}的提案")
    draft(village.house, title=f"关于{CANARY}草稿的提案", by="cosigner_1")
    with village.house.at_work():
        links.topic(village, title=f"{CANARY}待甄别", is_held=True)


def sing_apart(village: Village) -> None:
    """Canaries that the office sees and others do not."""
    talks.make_conversation(village.house, circle="list", title=f"{CANARY}名单", seeds=[f"{CANARY}名单看法"])
    with village.house.at_work():
        about = links.topic(village, title=f"{CANARY}敏感", is_sensitive=True, state=TopicState.COLLECTED)
        links.voice(village, about)
        held = links.session(village, title=f"{CANARY}计划", state="planned", held_on=None)
        Suggestion.objects.create(
            committee=village.house.committee, session=held, text=f"{CANARY}建议", on=DAY
        )


def everything(client: Client, village: Village, who: str) -> dict[str, str]:
    """What this person reads of every figure: its page, both sides, its sheet, parts, and those by their codes."""
    client.force_login(village.house.users[who])
    with village.house.at_work():
        figures = registry.figures_of(village.house.committee.pk)
    found = {}
    for one in figures:
        url = opened_url(one.id)
        for address in (
            url,
            f"{url}?side=whole",
            f"{url}rows.xlsx",
            *(f"{url}?by={by.key}" for by in one.breakdowns),
        ):
            answer = client.get(address)
            assert answer.status_code in {200, 404}, address
            if answer["Content-Type"].endswith("sheet"):
                found[address] = in_book(answer.content)
            elif answer.status_code == 200:
                found[address] = answer.content.decode().replace("<wbr>", "")
                for row in getattr(answer.context.get("divided"), "rows", ()):
                    if row.url:
                        found[row.url] = client.get(row.url).content.decode().replace("<wbr>", "")
    found["figures"] = client.get("/statistics/figures/").content.decode()
    return found


def in_book(content: bytes) -> str:
    """All that a workbook says."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.usefixtures("open_figures")
def test_canary_of_elsewhere_never_sings(village: Village, client: Client, who: str) -> None:
    sing(village)
    found = everything(client, village, who)
    assert len(found) > 100
    assert [address for address, text in found.items() if CANARY in text] == []


@pytest.mark.parametrize("who", ["outsider", "head"])
@pytest.mark.usefixtures("open_figures")
def test_canary_of_the_office_does_not_sing_to_others(village: Village, client: Client, who: str) -> None:
    sing_apart(village)
    found = everything(client, village, who)
    if who == "outsider":
        # Who keeps the node sees its planned sessions; nobody but the office sees what is sensitive.
        assert [address for address, text in found.items() if f"{CANARY}计划" in text] == []
    assert [address for address, text in found.items() if f"{CANARY}敏感" in text] == []


@pytest.mark.usefixtures("open_figures")
def test_rows_that_are_not_this_persons_are_counted_and_said(village: Village, client: Client) -> None:
    sing_apart(village)
    with village.house.at_work():
        links.topic(village, title="路灯", state=TopicState.ACCEPTED)
    client.force_login(village.house.users["outsider"])
    answer = client.get("/statistics/figures/topics.collected/")
    opened = answer.context["opened"]
    assert (opened.value, opened.facts.seen, opened.facts.unseen) == ("2条", 1, 1)
    assert "另有1行不向您显示" in answer.content.decode()
    client.force_login(village.house.users["staff"])
    assert client.get("/statistics/figures/topics.collected/").context["opened"].facts.unseen == 0


def test_rows_without_a_rule_follow_what_they_belong_to(village: Village) -> None:
    sing_apart(village)
    house = village.house
    with house.at_work():
        voices = find_figure("topics.voices", house.committee.pk)
        assert voices is not None
        rows = voices.rows(house.committee.pk, EVER)
        assert [open_to(house.actor(who), rows).count() for who in ("staff", "outsider", "head")] == [1, 0, 0]
        matters = village.house.committee
        timeline = Suggestion.objects.filter(committee=matters)
        assert [open_to(house.actor(who), timeline).count() for who in ("staff", "outsider", "head")] == [
            1,
            0,
            1,
        ]


def test_things_follow_the_rows_that_name_them(village: Village) -> None:
    house = village.house
    with house.at_work():
        seconded = find_figure("grassroots.seconded_members", house.committee.pk)
        assert seconded is not None
        rows = seconded.rows(house.committee.pk, EVER)
        assert things_open_to(house.actor("staff"), seconded, rows).count() == 2
        elsewhere = make_house(JINCHANG).actor("staff")
        assert things_open_to(elsewhere, seconded, rows).count() == 0


def said(village: Village, months: dict[str, int]) -> None:
    """So many sayings in each month."""
    with village.house.at_work():
        about = links.topic(village)
        for month, count in months.items():
            for n in range(count):
                voice = links.voice(village, about, index=f"{month}.{n}")
                year, number = month.split("-")
                type(voice).objects.filter(pk=voice.pk).update(
                    said_at=voice.said_at.replace(year=int(year), month=int(number))
                )


@pytest.mark.parametrize("who", ["staff", "leader", "auditor"])
def test_small_part_is_not_told_by_page_sheet_span_or_code(
    village: Village, client: Client, who: str
) -> None:
    said(village, {"2021-03": 3, "2021-04": 12, "2021-05": 30})
    client.force_login(village.house.users[who])
    url = "/statistics/figures/topics.voices/"
    divided = client.get(f"{url}?period=2021&by=month").context["divided"]
    # April would give March away.
    assert [(row.label, row.value, row.url) for row in divided.rows] == [
        ("2021年3月", "", ""),
        ("2021年4月", "", ""),
        ("2021年5月", "30人次", f"{url}?period=2021&by=month&part=2021-05"),
    ]
    with village.house.at_work():
        code = code_for(village.house.committee.pk, "topics.voices", EVER, "month", "2021-03").code
    asked = (
        "?period=2021&by=month&part=2021-03",
        "?period=2021-03",
        "?period=2021-04",
        "?by=month&part=2021-04",
    )
    for address in (*(url + one for one in asked), f"/statistics/n/{code}/"):
        answer = client.get(address, follow=True)
        opened = answer.context["opened"]
        assert (opened.is_told, list(opened.rows), opened.value, opened.code) == (False, [], "", ""), address
        assert "这一部分不列出" in answer.content.decode()
    for one in asked:
        sheet = client.get(f"{url}rows.xlsx{one}")
        assert sheet["Content-Type"].startswith("text/html")
        assert "12人次" not in sheet.content.decode()
    book = in_book(client.get(f"{url}rows.xlsx?period=2021&by=month").content)
    assert book.count("不列出") == 2
    assert client.get(f"{url}?period=2021").context["opened"].value == "45人次"
