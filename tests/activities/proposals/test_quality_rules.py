"""The documents with rules for better proposals: entered, corrected, ended; who reads and who keeps them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions.quality_rules import enter_quality_rules, save_quality_rule
from tongxin.activities.proposals.models import QualityRule
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.figures import calendar_year, figure
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
LIST = "/proposals/settings/quality-rules/"


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def rule(house: House, title: str = "关于提高提案质量的意见", **changed: Any) -> QualityRule:
    return QualityRule(
        **{"committee": house.committee, "title": title, "issued_on": date(2024, 3, 1), **changed}
    )


def entered(house: House, *rules: QualityRule, by: str = "staff") -> list[QualityRule]:
    with house.at_work():
        return enter_quality_rules(actor=house.actor(by), rules=rules)


def sent(client: Client, url: str, **fields: Any) -> Any:
    return client.post(url, {"once": str(new_key()), **fields})


def test_several_documents_are_entered_at_once_each_with_an_entry(house: House) -> None:
    entered(house, rule(house), rule(house, "提案审查办法"), rule(house, "提案工作细则"), by="tenant_admin")

    with house.at_work():
        assert QualityRule.objects.count() == 3
        assert Entry.objects.filter(action="proposals.save_quality_rule").count() == 3


def test_one_that_cannot_be_entered_leaves_none(house: House) -> None:
    entered(house, rule(house))

    with house.at_work(), pytest.raises(Refused) as no:
        enter_quality_rules(actor=house.actor("staff"), rules=[rule(house, "提案审查办法"), rule(house)])

    assert no.value.message == "「关于提高提案质量的意见」已经登记过了。"
    with house.at_work():
        assert [one.title for one in QualityRule.objects.all()] == ["关于提高提案质量的意见"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"title": " "}, "请写文件名称。"),
        ({"title": "办法", "issued_on": date(2026, 6, 16)}, "「办法」的印发日期还没有到，印发以后再登记。"),
        (
            {"title": "办法", "ended_on": date(2024, 2, 29)},
            "「办法」的废止日期早于印发日期，请核对。",
        ),
    ],
)
def test_document_with_days_that_cannot_be_is_refused(
    house: House, changed: dict[str, Any], says: str
) -> None:
    with house.at_work(), pytest.raises(Refused) as no:
        save_quality_rule(actor=house.actor("staff"), rule=rule(house, **changed), changed=())

    assert no.value.message == says


@pytest.mark.parametrize("who", ["leader", "auditor", "reviewer", "proposer", "clerk_a"])
def test_document_of_others_than_staff_and_administrators_is_denied(house: House, who: str) -> None:
    with house.at_work(), pytest.raises(PermissionDenied):
        save_quality_rule(actor=house.actor(who), rule=rule(house), changed=())


def test_document_of_another_committee_is_denied(house: House) -> None:
    other = factories.make_house(factories.JINCHANG)

    with house.at_work(other), pytest.raises(PermissionDenied):
        save_quality_rule(actor=house.actor("staff"), rule=rule(other), changed=())


def test_staff_enter_correct_and_end_a_document_on_its_pages(client: Client, house: House) -> None:
    client.force_login(house.users["staff"])

    added = sent(
        client, LIST, title="提案审查办法", number="华协发〔2025〕3号", issued_on="2025-02-01", ended_on=""
    )
    with house.at_work():
        made = QualityRule.objects.get()
    one = reverse("proposals:quality_rule", args=[made.pk])
    ended = sent(client, one, title="提案审查办法", number="", issued_on="2025-02-02", ended_on="2026-01-01")

    assert (added.url, ended.url) == (LIST, LIST)
    page = client.get(LIST).content.decode()
    assert ("提案审查办法" in page, "已废止" in page, "1月1日" in page) == (True, True, True)
    with house.at_work():
        counts = [
            figure("proposals.quality_rules").value(house.committee.pk, calendar_year(year))
            for year in (2024, 2025, 2026)
        ]
        assert QualityRule.objects.get().issued_on == date(2025, 2, 2)
    assert counts == [0, 1, 0]


def test_document_of_a_name_that_is_there_is_said_at_the_form_and_what_was_typed_stays(
    client: Client, house: House
) -> None:
    entered(house, rule(house))
    client.force_login(house.users["tenant_admin"])

    answer = sent(client, LIST, title="关于提高提案质量的意见", number="3号", issued_on="2025-02-01")

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == ["「关于提高提案质量的意见」已经登记过了。"]
    assert answer.context["form"]["number"].value() == "3号"


def test_who_looks_at_numbers_reads_the_documents_and_changes_none(client: Client, house: House) -> None:
    (made,) = entered(house, rule(house))
    url = reverse("proposals:quality_rule", args=[made.pk])
    seen = {}
    for who in ("staff", "tenant_admin", "leader", "auditor", "reviewer", "proposer"):
        client.force_login(house.users[who])
        page = client.get(LIST)
        form = "登记</button>" in page.content.decode()
        posted = sent(client, LIST, title="新的", issued_on="2025-01-01").status_code
        seen[who] = (page.status_code, form, posted, client.get(url).status_code)
        with house.at_work():
            QualityRule.objects.filter(title="新的").delete()

    assert seen == {
        "staff": (200, True, 302, 200),
        "tenant_admin": (200, True, 302, 200),
        "leader": (200, False, 403, 403),
        "auditor": (200, False, 403, 403),
        "reviewer": (403, False, 403, 403),
        "proposer": (403, False, 403, 403),
    }


def test_document_of_another_committee_is_not_there(client: Client, house: House) -> None:
    other = factories.make_house(factories.JINCHANG)
    (made,) = entered(other, rule(other, "金昌的办法"))
    client.force_login(house.users["staff"])

    assert client.get(reverse("proposals:quality_rule", args=[made.pk])).status_code == 404
    assert made.title not in client.get(LIST).content.decode()


def test_list_asks_as_often_for_one_as_for_three(
    client: Client, house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entered(house, rule(house))
    client.force_login(house.users["leader"])
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    entered(house, rule(house, "一"), rule(house, "二"))
    with django_assert_num_queries(7):
        client.get(LIST)
