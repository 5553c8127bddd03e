"""What was exported can be imported again, and is then exported the same."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from tests import factories
from tests.activities.proposals.exchange.desk import Desk
from tests.activities.proposals.exchange.test_undo import ROWS
from tests.activities.proposals.workbooks import row, rows_of
from tongxin.activities.proposals.actions import reviewing
from tongxin.foundation.core import clock
from tongxin.foundation.organization.models import Session

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House


def exported(client: Client, house: House) -> bytes:
    client.force_login(house.users["staff"])
    return client.get(reverse("proposals:export"), {"tab": "all"}).content


def comparable(data: bytes) -> list[dict[str, Any]]:
    """Rows without what belongs to the system alone."""
    rows = [{k: v for k, v in r.items() if k not in {"编号", "状态"}} for r in rows_of(data)]
    return sorted(rows, key=lambda r: (str(r["届"]), str(r["次"]), int(r["流水号"] or 0)))


def many_kinds(house: House) -> None:
    """Proposals of the system itself, in as many states as there are."""
    reviewer = house.actor("reviewer")
    factories.rated(house, title="关于办结的提案", cosigners=["cosigner_1", "cosigner_2"])
    factories.rated(house, title="关于跟踪的提案", code="B", to="a", co="b")
    factories.replied(house, title="关于分办的提案", to="ab", separate=True)
    lead, _parts = factories.assigned(house, title="关于在办的提案")
    child = factories.under_review(house, title="关于并案的提案", by="cosigner_1")
    refused = factories.under_review(house, title="关于不立案的提案")
    with house.at_work():
        reviewing.merge_proposal(actor=reviewer, proposal=child, into=lead)
        reviewing.refuse_proposal(actor=reviewer, proposal=refused, reason=house.reason)
    public = factories.filed(house, title="关于公开的提案")
    with house.at_work():
        reviewing.disclose_proposal(actor=house.actor("staff"), proposal=public, public=True)
    factories.submitted(house, title="关于待审查的提案")


def test_export_of_one_committee_imports_into_another_and_exports_the_same(client: Client, db: None) -> None:
    with clock.at(date(2026, 10, 9)):
        house, other = factories.two_houses()
        many_kinds(house)
        past = [r for r in ROWS if r["次"] != "五"]
        Desk(house).bring([row(案由="外来的", 第一提案人="李强", 公开="案由", 审查结果="转社情民意"), *past])
        first = exported(client, house)
        with other.at_work():
            Session.objects.filter(pk=other.session.pk).update(proposal_cutoff_on=date(2026, 1, 8))
        done = Desk(other).bring(first, skip_errors=True)
        assert done.outcome["errors"] == []
        assert (done.outcome["error_count"], done.outcome["added"]) == (0, len(rows_of(first)))
        assert comparable(exported(client, other)) == comparable(first)


def test_members_and_units_get_only_what_their_list_shows(house: House, client: Client) -> None:
    factories.assigned(house)
    for who in ("outsider", "clerk_a", "supervisor"):
        client.force_login(house.users[who])
        (found,) = rows_of(client.get(reverse("proposals:export"), {"tab": "all"}).content)
        assert ("内容" in found, "公开" in found, found["案由"]) == (
            False,
            False,
            "关于改善学校门口交通的提案",
        )


def test_export_asks_as_often_for_three_rows_as_for_one(
    house: House, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(house.users["staff"])
    url = reverse("proposals:export")
    factories.rated(house, title="关于第一件的提案", cosigners=["cosigner_1"])
    client.get(url)
    with django_assert_num_queries(15):
        client.get(url)
    for n in "二三":
        factories.rated(house, title=f"关于第{n}件的提案", cosigners=["cosigner_1"])
    with django_assert_num_queries(15):
        client.get(url)
