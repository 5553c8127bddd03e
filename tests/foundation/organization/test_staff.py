"""The register of the office's posts (编制) and of what became of its people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.factories import JINCHANG, make_house
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key
from tongxin.foundation.organization.actions_staff import (
    ChangeLine,
    PostLine,
    edit_staff_change,
    edit_staff_post,
    end_staff_post,
    enter_staff_changes,
    enter_staff_posts,
)
from tongxin.foundation.organization.models import Place, Sector, SpecialCommittee, StaffChange, StaffPost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 9)
SINCE = date(2021, 5, 1)
POST = PostLine("administrative", "一级科员", SINCE, holder="周敏")
CHANGE = ChangeLine("promoted", "周敏", SINCE)
DOCUMENT = "华编委发〔2021〕8号"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house(db: None) -> House:
    return make_house()


def entered(house: House, *lines: PostLine, document: str = DOCUMENT, who: str = "staff") -> list[StaffPost]:
    with house.at_work():
        return enter_staff_posts(
            actor=house.actor(who), committee_id=house.committee.pk, lines=lines, document=document
        )


def changed(house: House, *lines: ChangeLine, who: str = "staff") -> list[StaffChange]:
    with house.at_work():
        return enter_staff_changes(
            actor=house.actor(who), committee_id=house.committee.pk, lines=lines, document=DOCUMENT
        )


def count(house: House, model: Any = StaffPost) -> int:
    with house.at_work():
        return int(model.objects.count())


def last_entry(house: House) -> Entry:
    with house.at_work():
        return Entry.objects.filter(committee_id=house.committee.pk).latest("seq")


def test_posts_of_one_document_are_entered_together_and_logged_once(house: House) -> None:
    posts = entered(house, POST, replace(POST, title=" 司机 ", establishment="worker", holder=""))
    assert [(p.title, p.holder, p.document) for p in posts] == [
        ("一级科员", "周敏", DOCUMENT),
        ("司机", "", DOCUMENT),
    ]
    log = last_entry(house)
    assert (log.action, log.detail) == ("organization.enter_staff_posts", {"posts": 2, "document": DOCUMENT})


@pytest.mark.parametrize("who", ["staff", "tenant_admin"])
def test_register_is_kept_by_staff_and_administrators(house: House, who: str) -> None:
    assert len(entered(house, POST, who=who)) == len(changed(house, CHANGE, who=who)) == 1


@pytest.mark.parametrize("who", ["leader", "auditor", "reviewer", "proposer", "clerk_a"])
def test_register_is_not_kept_by_others(house: House, who: str) -> None:
    post, change = entered(house, POST)[0], changed(house, CHANGE)[0]
    actor, pk = house.actor(who), house.committee.pk
    with house.at_work():
        for act in (
            lambda: enter_staff_posts(actor=actor, committee_id=pk, lines=[POST], document=""),
            lambda: enter_staff_changes(actor=actor, committee_id=pk, lines=[CHANGE], document=""),
            lambda: edit_staff_post(actor=actor, post=post, line=POST, document=""),
            lambda: edit_staff_change(actor=actor, change=change, line=CHANGE, document=""),
            lambda: end_staff_post(actor=actor, post=post, on=TODAY),
        ):
            with pytest.raises(PermissionDenied):
                act()
    assert count(house) == count(house, StaffChange) == 1


def test_register_of_another_committee_is_closed(house: House) -> None:
    other = make_house(JINCHANG)
    with house.at_work(other), pytest.raises(PermissionDenied):
        enter_staff_posts(
            actor=house.actor("staff"), committee_id=other.committee.pk, lines=[POST], document=""
        )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (replace(POST, title="  "), "第2行是空的。"),
        (replace(POST, title="长" * 61), "第2行太长，最多60个字。"),
        (replace(POST, holder="长" * 61), "第2行太长，最多60个字。"),
        (replace(POST, establishment="军队"), "第2行的编制或者设在哪里不对。"),
        (replace(POST, workplace="家"), "第2行的编制或者设在哪里不对。"),
        (replace(POST, until=date(2021, 4, 30)), "结束日期不能早于开始日期。"),
    ],
)
def test_posts_are_refused_whole_when_one_line_cannot_be(house: House, line: PostLine, why: str) -> None:
    with pytest.raises(Refused, match=why):
        entered(house, POST, line)
    assert count(house) == 0


def test_posts_are_refused_without_lines_with_too_many_or_a_long_document(house: House) -> None:
    for lines, document in (((), DOCUMENT), ([POST] * 2001, DOCUMENT), ([POST], "长" * 121)):
        with pytest.raises(Refused):
            entered(house, *lines, document=document)
    assert count(house) == 0


def test_place_of_a_post_is_the_committees_own_or_one_below_with_a_committee() -> None:
    city = make_house(JINCHANG)
    with city.at_work():
        below = Place.objects.filter(parent=city.committee.place, committee__isnull=False).first()
        elsewhere = Place.objects.get(code="620881")
    centre = replace(POST, workplace="service_centre")
    assert (
        len(entered(city, centre, replace(centre, place=below), replace(centre, place=city.committee.place)))
        == 3
    )
    for wrong in (replace(centre, place=elsewhere), replace(POST, place=below)):
        with pytest.raises(Refused):
            entered(city, wrong)


def test_special_committee_of_a_post_is_the_committees_own(house: House) -> None:
    other = make_house(JINCHANG)
    at = replace(POST, workplace="special_committee", special_committee=house.special_committee)
    assert len(entered(house, at)) == 1
    for wrong in (
        replace(at, workplace="office"),
        replace(at, special_committee=other.special_committee),
    ):
        with pytest.raises(Refused):
            entered(house, wrong)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (replace(CHANGE, name=""), "第1行是空的。"),
        (replace(CHANGE, kind="升天"), "第1行的变动不对。"),
        (replace(CHANGE, on=date(2026, 10, 10)), "日期还没有到"),
        (replace(CHANGE, until=TODAY), "才有结束日期"),
        (ChangeLine("attached", "周敏", SINCE, until=date(2021, 4, 30)), "结束日期不能早于开始日期。"),
    ],
)
def test_change_is_refused_when_it_cannot_be(house: House, line: ChangeLine, why: str) -> None:
    with pytest.raises(Refused, match=why):
        changed(house, line)
    assert count(house, StaffChange) == 0


def test_correction_of_a_post_keeps_what_it_said_in_the_log_but_for_names(house: House) -> None:
    post = entered(house, POST)[0]
    line = replace(POST, title="二级科员", holder="", since=date(2022, 1, 1))
    with house.at_work():
        edit_staff_post(actor=house.actor("tenant_admin"), post=post, line=line, document=DOCUMENT)
        now = StaffPost.objects.get(pk=post.pk)
    assert (now.title, now.holder, now.since) == ("二级科员", "", date(2022, 1, 1))
    assert last_entry(house).detail == {
        "fields": ["title", "since", "holder"],
        "before": {"title": "一级科员", "since": "2021-05-01"},
    }


def test_correction_of_a_change_keeps_what_it_said_in_the_log_but_for_names(house: House) -> None:
    change = changed(house, CHANGE)[0]
    line = replace(CHANGE, kind="ranked", name="周民")
    with house.at_work():
        edit_staff_change(actor=house.actor("staff"), change=change, line=line, document=DOCUMENT)
        assert StaffChange.objects.get(pk=change.pk).name == "周民"
    assert last_entry(house).detail == {"fields": ["kind", "name"], "before": {"kind": "promoted"}}


def test_post_ends_once_and_not_before_it_began_or_ahead(house: House) -> None:
    post = entered(house, POST)[0]
    staff = house.actor("staff")
    with house.at_work():
        for on in (date(2021, 4, 30), date(2026, 10, 10)):
            with pytest.raises(Refused):
                end_staff_post(actor=staff, post=post, on=on)
        end_staff_post(actor=staff, post=post, on=TODAY)
        with pytest.raises(Refused):
            end_staff_post(actor=staff, post=post, on=TODAY)
        assert StaffPost.objects.get(pk=post.pk).until == TODAY


# Pages


def at(name: str, *args: Any) -> str:
    return reverse(f"organization:{name}", args=args)


def posted(client: Client, url: str, **data: str) -> HttpResponse:
    return client.post(url, {"once": str(new_key()), **data})  # type: ignore[return-value]


TYPED = {
    "establishment": "administrative",
    "workplace": "office",
    "special_committee": "",
    "lines": "一级科员，周敏\n主任科员\t\n\n 司机 ",
    "since": "2021-05-01",
    "document": DOCUMENT,
}


def test_many_posts_are_typed_or_pasted_a_line_for_each(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    assert posted(client, at("staff_posts_add"), **TYPED).url == at("staff")  # type: ignore[attr-defined]
    with house.at_work():
        assert sorted(StaffPost.objects.values_list("title", "holder")) == [
            ("一级科员", "周敏"),
            ("主任科员", ""),
            ("司机", ""),
        ]


def test_same_form_sent_twice_enters_posts_once(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])
    data = {"once": str(new_key()), **TYPED}
    for _time in range(2):
        assert client.post(at("staff_posts_add"), data).status_code == 302
    assert count(house) == 3


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"lines": " \n"}, "必填"),
        ({"lines": "一级科员\n，周敏"}, "第2行是空的。"),
        ({"lines": "长" * 61}, "第1行太长，最多60个字。"),
        ({"since": ""}, "必填"),
        ({"establishment": "军队"}, ""),
    ],
)
def test_what_cannot_be_entered_is_said_and_the_text_kept(
    client: Client, house: House, typed: dict[str, str], why: str
) -> None:
    client.force_login(house.users["staff"])
    answer = posted(client, at("staff_posts_add"), **TYPED | typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert DOCUMENT in page
    assert why in page
    assert count(house) == 0


def test_people_of_one_document_are_entered_a_name_a_line_and_corrected(client: Client, house: House) -> None:
    client.force_login(house.users["tenant_admin"])
    typed = {"kind": "attached", "names": "周敏\n吴刚", "on": "2021-06-01", "until": "", "document": DOCUMENT}
    typed["special_committee"] = str(house.special_committee.pk)
    assert posted(client, at("staff_changes_add"), **typed).status_code == 302
    with house.at_work():
        change = StaffChange.objects.get(name="吴刚")
    assert "吴刚" in client.get(at("staff_change", change.pk)).content.decode()
    del typed["names"]
    answer = posted(
        client, at("staff_change_edit", change.pk), **typed | {"name": "吴钢", "until": "2022-06-01"}
    )
    assert answer.status_code == 302
    with house.at_work():
        change.refresh_from_db()
    assert (change.name, change.until) == ("吴钢", date(2022, 6, 1))


def test_post_is_corrected_and_ended_on_its_pages(client: Client, house: House) -> None:
    post = entered(house, POST)[0]
    client.force_login(house.users["staff"])
    edit = client.get(at("staff_post_edit", post.pk))
    initial = {
        k: str(v or "") for k, v in edit.context["form"].initial.items() if k in edit.context["form"].fields
    }
    assert posted(client, at("staff_post_edit", post.pk), **initial | {"holder": "吴刚"}).status_code == 302
    assert posted(client, at("staff_post_end", post.pk), on="2026-10-01").status_code == 302
    with house.at_work():
        post.refresh_from_db()
    assert (post.holder, post.since, post.until) == ("吴刚", SINCE, date(2026, 10, 1))
    assert client.get(at("staff")).context["page"].paginator.count == 0
    assert client.get(at("staff"), {"ended": "1"}).context["page"].paginator.count == 1


def test_lists_are_narrowed_by_what_the_address_says(client: Client, house: House) -> None:
    entered(
        house, POST, replace(POST, title="司机", establishment="worker", holder="", since=date(2024, 1, 1))
    )
    changed(house, CHANGE, replace(CHANGE, kind="selected", name="吴刚", on=date(2024, 1, 1)))
    client.force_login(house.users["leader"])
    wanted = {
        ("staff", "establishment", "worker"): 1,
        ("staff", "year", "2023"): 1,
        ("staff", "q", "周敏"): 1,
        ("staff", "where", "centre"): 0,
        ("staff", "establishment", "'; drop"): 2,
        ("staff", "year", "一九"): 2,
        ("staff_changes", "kind", "advanced"): 1,
        ("staff_changes", "kind", "selected"): 1,
        ("staff_changes", "year", "2024"): 1,
        ("staff_changes", "q", "吴"): 1,
    }
    assert {
        (name, key, text): client.get(at(name), {key: text}).context["page"].paginator.count
        for name, key, text in wanted
    } == wanted


def test_lists_are_handed_out_as_workbooks(client: Client, house: House) -> None:
    entered(house, POST)
    changed(house, CHANGE)
    client.force_login(house.users["auditor"])
    for name in ("staff", "staff_changes"):
        answer = client.get(at(name), {"export": "xlsx"})
        assert "spreadsheet" in answer["Content-Type"]


@pytest.mark.parametrize(
    ("who", "looks", "keeps"),
    [
        ("staff", 200, 200),
        ("tenant_admin", 200, 200),
        ("leader", 200, 403),
        ("auditor", 200, 403),
        ("reviewer", 403, 403),
        ("proposer", 403, 403),
        ("clerk_a", 403, 403),
    ],
)
def test_pages_are_for_the_office_and_changes_for_its_clerks(
    client: Client, house: House, who: str, looks: int, keeps: int
) -> None:
    post, change = entered(house, POST)[0], changed(house, CHANGE)[0]
    client.force_login(house.users[who])
    seen = [at("staff"), at("staff_changes"), at("staff_post", post.pk), at("staff_change", change.pk)]
    kept = [
        at("staff_posts_add"),
        at("staff_changes_add"),
        at("staff_post_edit", post.pk),
        at("staff_post_end", post.pk),
        at("staff_change_edit", change.pk),
    ]
    assert {client.get(url).status_code for url in seen} == {looks}
    assert {client.get(url).status_code for url in kept} == {keeps}
    # Who only looks is offered nothing else.
    shown = client.get(at("staff")).content.decode()
    assert (at("staff_posts_add") in shown) is (keeps == 200)


def test_rows_of_another_committee_are_not_there(client: Client, house: House) -> None:
    other = make_house(JINCHANG)
    post, change = entered(other, POST)[0], changed(other, CHANGE)[0]
    client.force_login(house.users["staff"])
    urls = [at(n, post.pk) for n in ("staff_post", "staff_post_edit", "staff_post_end")]
    urls += [at(n, change.pk) for n in ("staff_change", "staff_change_edit")]
    assert {client.get(url).status_code for url in urls} == {404}
    assert client.get(at("staff")).context["page"].paginator.count == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_the_register_cost_the_same_queries(
    client: Client, house: House, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    with house.at_work():
        special = [
            SpecialCommittee.objects.create(committee=house.committee, name=f"委员会{n}") for n in range(rows)
        ]
    at_one = replace(POST, workplace="special_committee")
    entered(house, *(replace(at_one, special_committee=one) for one in special))
    changed(house, *(replace(CHANGE, special_committee=one) for one in special))
    client.force_login(house.users["staff"])
    for name, queries in (("staff", 9), ("staff_changes", 8)):
        client.get(at(name))
        with django_assert_num_queries(queries):
            client.get(at(name))


def test_word_of_a_sector_is_its_own_within_the_term(client: Client, house: House) -> None:
    client.force_login(house.users["tenant_admin"])
    first, second = house.sectors
    typed = {"name": first.name, "term": str(house.term.pk), "order": "1", "key": "Farming"}
    assert posted(client, at("sectors_edit", first.pk), **typed).status_code == 302
    again = posted(client, at("sectors_edit", second.pk), **typed | {"name": second.name})
    assert "这一届已经有界别用这个简称了。" in again.content.decode()
    with house.at_work():
        assert list(Sector.objects.order_by("order").values_list("key", flat=True)) == ["farming", ""]
