"""Outstanding proposals and units: recommended, reviewed, decided, published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from tests.activities.proposals.notices import told
from tongxin.activities.proposals.actions import honouring
from tongxin.activities.proposals.models import Honour, Proposal
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.audit.models import Entry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.enums import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories import House

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)
MEETING = "常委会会议第30次会议"


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def refused(house: House, act: Any, who: str = "staff", **arguments: Any) -> str:
    with house.at_work(), pytest.raises(Refused) as no:
        act(actor=house.actor(who), **arguments)
    return no.value.message


def decided(house: House, proposal: Proposal) -> Honour:
    with house.at_work():
        staff = house.actor("staff")
        honour = honouring.nominate_outstanding(actor=staff, proposal=proposal, reason="情况准、办法实")
        honour = honouring.review_honour(
            actor=house.actor("reviewer"), honour=honour, passes=True, note="同意"
        )
        return honouring.decide_honour(actor=staff, honour=honour, honoured=True, decision=MEETING, on=TODAY)


def test_outstanding_proposal_goes_from_recommendation_to_publication(house: House) -> None:
    made = factories.rated(house)
    honour = decided(house, made)
    assert (honour.state, honour.decision, honour.decided_on) == ("decided", MEETING, TODAY)
    with house.at_work():
        assert Proposal.objects.get(pk=made.pk).is_outstanding
        published = honouring.publish_honour(actor=house.actor("staff"), honour=honour)
        lines = list(
            TimelineEntry.objects.filter(matter=made.matter, verb__contains="honour")
            .order_by("at", "pk")
            .values_list("text", "audience")
        )
    assert (published.state, published.published_on) == ("published", TODAY)
    assert lines == [
        ("推荐为优秀提案", "office"),
        ("初评入围优秀提案", "office"),
        (f"审定为优秀提案（{MEETING}）", "parties"),
        ("获评优秀提案", "public"),
    ]
    assert told(house, containing="审定为优秀提案") == {"proposer", "clerk_a"}
    assert told(house, containing="初评") == set()


@pytest.mark.parametrize("who", ["staff", "reviewer", "leader", "outsider"])
def test_office_and_members_recommend(house: House, who: str) -> None:
    made = factories.rated(house)
    with house.at_work():
        honour = honouring.nominate_outstanding(actor=house.actor(who), proposal=made, reason="好")
    assert honour.nominated_by_name == house.users[who].name


@pytest.mark.parametrize("who", ["proposer", "clerk_a", "supervisor", "submitter", "tenant_admin"])
def test_proposer_units_and_others_do_not_recommend(house: House, who: str) -> None:
    made = factories.rated(house)
    with house.at_work(), pytest.raises(PermissionDenied):
        honouring.nominate_outstanding(actor=house.actor(who), proposal=made, reason="好")


def test_recommendation_before_the_answer_twice_or_without_reason_is_refused(house: House) -> None:
    early, made = factories.filed(house), factories.rated(house)
    nominate = honouring.nominate_outstanding
    assert "办理答复以后" in refused(house, nominate, proposal=early, reason="好")
    assert "推荐理由" in refused(house, nominate, proposal=made, reason=" ")
    with house.at_work():
        nominate(actor=house.actor("staff"), proposal=made, reason="好")
    assert "已经有人推荐" in refused(house, nominate, "outsider", proposal=made, reason="好")


def test_stages_are_taken_in_order_with_their_reasons_and_documents(house: House) -> None:
    made = factories.rated(house)
    with house.at_work():
        honour = honouring.nominate_outstanding(actor=house.actor("staff"), proposal=made, reason="好")
    decide = {"honour": honour, "honoured": True, "decision": MEETING, "on": TODAY}
    assert "已推荐" in refused(house, honouring.decide_honour, **decide)
    assert "已推荐" in refused(house, honouring.publish_honour, honour=honour)
    assert "为什么" in refused(house, honouring.review_honour, honour=honour, passes=False, note=" ")
    with house.at_work():
        honouring.review_honour(actor=house.actor("staff"), honour=honour, passes=True, note="")
    assert "哪次会议" in refused(house, honouring.decide_honour, **decide | {"decision": " "})
    ahead = decide | {"on": TODAY + timedelta(days=1)}
    assert "晚于今天" in refused(house, honouring.decide_honour, **ahead)
    with house.at_work(), pytest.raises(PermissionDenied):
        honouring.decide_honour(actor=house.actor("reviewer"), **decide)


def test_what_does_not_pass_stops_there_and_is_not_marked(house: House) -> None:
    first, second = factories.rated(house), factories.rated(house, title="关于别的事的提案")
    with house.at_work():
        staff = house.actor("staff")
        a = honouring.nominate_outstanding(actor=staff, proposal=first, reason="好")
        b = honouring.nominate_outstanding(actor=staff, proposal=second, reason="好")
        a = honouring.review_honour(actor=staff, honour=a, passes=False, note="建议太空")
        b = honouring.review_honour(actor=staff, honour=b, passes=True, note="")
        b = honouring.decide_honour(actor=staff, honour=b, honoured=False, decision=MEETING, on=TODAY)
        assert not Proposal.objects.filter(is_outstanding=True).exists()
    assert (a.state, b.state) == ("not_shortlisted", "not_decided")
    assert told(house, containing="优秀提案") == set()


def test_reviewer_of_their_own_proposal_is_denied(house: House) -> None:
    factories.add_post(house, house.users["proposer"], Role.REVIEWER)
    made = factories.rated(house)
    with house.at_work():
        honour = honouring.nominate_outstanding(actor=house.actor("staff"), proposal=made, reason="好")
        with pytest.raises(PermissionDenied):
            honouring.review_honour(actor=house.actor("proposer"), honour=honour, passes=True, note="")


def test_unit_goes_from_recommendation_to_publication(house: House) -> None:
    factories.rated(house)
    with house.at_work():
        staff = house.actor("staff")
        honour = honouring.nominate_unit(
            actor=house.actor("leader"), session=house.session, unit=house.units["a"], reason="又快又好"
        )
        honour = honouring.review_honour(actor=staff, honour=honour, passes=True, note="")
        honour = honouring.decide_honour(
            actor=staff, honour=honour, honoured=True, decision=MEETING, on=TODAY
        )
        honour = honouring.publish_honour(actor=staff, honour=honour)
        logged = list(
            Entry.objects.filter(action__startswith="honour.")
            .order_by("seq")
            .values_list("action", flat=True)
        )
    assert honour.state == "published"
    assert logged == [
        "honour.nominate_honour", "honour.shortlist_honour", "honour.decide_honour", "honour.publish_honour",
    ]  # fmt: skip
    assert told(house, containing="获评先进承办单位") == {"clerk_a", "leader_a"}
    assert told(house, containing="初评") == set()


def test_unit_without_work_twice_or_ones_own_is_not_recommended(house: House) -> None:
    factories.assigned(house)
    nominate, a = honouring.nominate_unit, house.units["a"]
    idle = {"session": house.session, "unit": house.units["b"], "reason": "好"}
    assert "没有承办过" in refused(house, nominate, **idle)
    assert "推荐理由" in refused(house, nominate, **idle | {"unit": a, "reason": ""})
    factories.add_post(house, house.users["staff_2"], Role.UNIT_CLERK, unit=a)
    with house.at_work():
        with pytest.raises(PermissionDenied):
            nominate(actor=house.actor("staff_2"), **idle | {"unit": a})
        with pytest.raises(PermissionDenied):
            nominate(actor=house.actor("outsider"), **idle | {"unit": a})
        nominate(actor=house.actor("staff"), **idle | {"unit": a})
    assert "已经有人推荐" in refused(house, nominate, **idle | {"unit": a})


def test_honours_of_a_session_show_outside_the_office_once_they_are_published(house: House) -> None:
    honour = decided(house, factories.rated(house))

    def seen_by(who: str) -> int:
        with house.at_work():
            return Honour.objects.visible_to(house.actor(who)).count()

    assert [seen_by(who) for who in ("staff", "leader", "outsider", "clerk_a", "clerk_c")] == [1, 1, 0, 0, 0]
    with house.at_work():
        honouring.publish_honour(actor=house.actor("staff"), honour=honour)
    assert [seen_by(who) for who in ("staff", "leader", "outsider", "clerk_a", "clerk_c")] == [1, 1, 1, 1, 0]
