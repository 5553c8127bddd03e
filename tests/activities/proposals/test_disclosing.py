"""What the public sees: sensitive ones never, replies in the words meant for it, promises, photos."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests import factories
from tests.activities.proposals.test_pages_unit import scan
from tongxin.activities.proposals.actions import disclosing, rating, reviewing, tracking
from tongxin.activities.proposals.models import Promise, Proposal, Reply
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import TimelineEntry
from tongxin.foundation.core import clock
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 16)
TRACKING = "/p/620881/tracking/"


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def house() -> House:
    made = factories.make_house()
    made.committee.is_public = True
    made.committee.save()
    return made


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"once": str(new_key()), **data})


def now(house: House, made: Proposal) -> Proposal:
    with house.at_work():
        return Proposal.objects.select_related("matter").get(pk=made.pk)


def opened(house: House, made: Proposal) -> Proposal:
    with house.at_work():
        return reviewing.disclose_proposal(actor=house.actor("staff"), proposal=made, public=True)


def public_page(made: Proposal) -> str:
    return reverse("publishing:proposal", args=["620881", made.pk])


# Sensitive


def test_sensitive_closes_the_public_page_at_once_and_hides_it_from_members(
    client: Client, house: House
) -> None:
    made = factories.rated(house)
    opened(house, made)
    assert client.get(public_page(made)).status_code == 200
    client.force_login(house.users["staff"])
    url = reverse("proposals:sensitive", args=[made.pk])
    assert post(client, url, sensitive="1", note="").status_code == 422
    assert post(client, url, sensitive="1", note="涉及正在谈判的项目").status_code == 302
    kept = now(house, made)
    assert (kept.is_sensitive, kept.matter.visibility) == (True, "internal")
    seen = {}
    for who in ("staff", "proposer", "clerk_a", "outsider"):
        client.force_login(house.users[who])
        seen[who] = client.get(reverse("proposals:detail", args=[made.pk])).status_code
    client.logout()
    seen["public"] = client.get(public_page(made)).status_code
    assert seen == {"staff": 200, "proposer": 200, "clerk_a": 200, "outsider": 404, "public": 404}


def test_sensitive_is_never_opened_and_open_to_members_again_when_it_ends(house: House) -> None:
    made = factories.filed(house)
    staff = house.actor("staff")
    with house.at_work():
        disclosing.mark_sensitive(actor=staff, proposal=made, sensitive=True, reason="谈判")
        with pytest.raises(Refused):
            reviewing.disclose_proposal(actor=staff, proposal=made, public=True)
        with pytest.raises(Refused):
            disclosing.mark_sensitive(actor=staff, proposal=made, sensitive=True, reason="谈判")
        disclosing.mark_sensitive(actor=staff, proposal=made, sensitive=False, reason="已签约")
        lines = TimelineEntry.objects.filter(matter_id=made.pk, verb__endswith="sensitive")
        assert {line.audience for line in lines} == {"office"}
    assert now(house, made).matter.visibility == "members"


def test_sensitive_before_filing_stays_hidden_when_it_is_filed(house: House) -> None:
    made = factories.under_review(house)
    with house.at_work():
        disclosing.mark_sensitive(actor=house.actor("staff"), proposal=made, sensitive=True, reason="谈判")
        reviewing.file_proposal(actor=house.actor("reviewer"), proposal=made)
    assert now(house, made).matter.visibility == "internal"


@pytest.mark.parametrize("who", ["reviewer", "leader", "clerk_a", "proposer"])
def test_sensitive_by_anybody_but_staff_is_forbidden(house: House, who: str) -> None:
    made = factories.filed(house)
    with house.at_work(), pytest.raises(PermissionDenied):
        disclosing.mark_sensitive(actor=house.actor(who), proposal=made, sensitive=True, reason="谈判")


# The public page


def test_public_page_shows_the_text_for_the_public(client: Client, house: House) -> None:
    made, parts = factories.replied(house)
    opened(house, made)
    assert "斑马线已经划好" in client.get(public_page(made)).content.decode()
    with house.at_work():
        Reply.objects.filter(pk=parts["a"].reply.pk).update(public_text="下月起学校门口有信号灯。")
    page = client.get(public_page(made)).content.decode()
    assert ("下月起学校门口有信号灯。" in page, "斑马线已经划好" in page) == (True, False)


def test_public_page_without_the_units_leave_shows_no_reply(client: Client, house: House) -> None:
    made, parts = factories.replied(house, code="B")
    opened(house, made)
    assert factories.PROMISE in client.get(public_page(made)).content.decode()
    with house.at_work():
        Reply.objects.filter(pk=parts["a"].reply.pk).update(may_be_public=False)
    page = client.get(public_page(made)).content.decode()
    assert ("斑马线已经划好" in page, factories.PROMISE in page) == (False, False)


def test_public_sees_only_ticked_photos(client: Client, house: House) -> None:
    made = factories.rated(house, code="B")
    opened(house, made)
    with house.at_work():
        promise = Promise.objects.select_related("proposal").get()
        tracking.report_promise(
            actor=house.actor("clerk_a"), promise=promise, evidence="装好了", photos=[scan()]
        )
        photo = StoredFile.objects.get(subject_id=promise.pk)
    url = reverse("publishing:file", args=["620881", photo.pk]) + "?inline=1"
    assert (client.get(url).status_code, url in client.get(TRACKING).content.decode()) == (404, False)
    client.force_login(house.users["staff"])
    page = reverse("proposals:disclose", args=[made.pk])
    assert str(photo.pk) in client.get(page).content.decode()
    assert post(client, page, what="photos", photo=[str(photo.pk)]).status_code == 302
    client.logout()
    answer: Any = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert url in client.get(TRACKING).content.decode()
    assert url in client.get(public_page(made)).content.decode()
    client.force_login(house.users["staff"])
    post(client, page, what="photos")
    client.logout()
    assert client.get(url).status_code == 404


def test_only_photos_of_what_was_done_can_be_ticked(house: House) -> None:
    made, parts = factories.replied(house)
    with house.at_work():
        paper = rating.rate_reply(
            actor=house.actor("staff"), reply=parts["a"].reply, attitude="satisfied", result="satisfied"
        )
        form = StoredFile.objects.create(
            committee=house.committee,
            matter=made.matter,
            subject_id=paper.pk,
            purpose="evidence",
            name="表.png",
            media_type="image/png",
            size_bytes=1,
            sha256="0" * 64,
            content="x.png",
        )
        staff = house.actor("staff")
        assert disclosing.choose_public_photos(actor=staff, proposal=made, chosen=[form.pk]) == 0
        form.refresh_from_db()
    assert form.is_public is False


# The column


def test_tracking_column_shows_stage_unit_and_promised_day(client: Client, house: House) -> None:
    opened(house, factories.rated(house, code="B", title="关于信号灯的提案"))
    factories.rated(house, title="关于没有公开的提案")
    answer = client.get(TRACKING)
    page = answer.content.decode().replace("<wbr>", "")
    (row,) = answer.context["shown"].rows
    assert (row.unit, [label for label, _day in row.way]) == ("教育局", ["立案", "交办", "答复"])
    known = ("关于信号灯的提案", "跟踪办理", "承诺5月15日前完成", "正在办")
    assert [words for words in known if words not in page] == []
    assert "没有公开" not in page


def test_tracking_column_says_when_a_promise_is_late_or_kept(client: Client, house: House) -> None:
    late = opened(house, factories.rated(house, code="B", title="关于晚了的提案"))
    kept = opened(house, factories.rated(house, code="B", title="关于办了的提案"))
    factories.keep_promises(house, kept)
    with house.at_work():
        Promise.objects.filter(proposal=late).update(due_on=MONDAY - timedelta(days=1))
    rows = client.get(TRACKING, {"stage": "tracking"}).context["shown"].rows
    assert {r.proposal.pk: r.promises[0].tone for r in rows} == {late.pk: "late", kept.pk: "ok"}


def test_tracking_tabs_count_what_they_open(client: Client, house: House) -> None:
    opened(house, factories.filed(house))
    opened(house, factories.rated(house))
    opened(house, factories.rated(house, code="B"))
    found = {}
    for stage in ("all", "handling", "replied", "tracking", "closed"):
        shown = client.get(TRACKING, {"stage": stage}).context["shown"]
        counts = {t["url"]: t["count"] for t in shown.tabs}
        found[stage] = (counts[f"?stage={stage}"], len(shown.rows))
    assert found == {
        "all": (3, 3),
        "handling": (1, 1),
        "replied": (0, 0),
        "tracking": (1, 1),
        "closed": (1, 1),
    }


def test_tracking_column_reads_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for more in (1, 2):
        for _n in range(more):
            opened(house, factories.rated(house, code="B"))
        with django_assert_max_num_queries(12) as queries:
            assert client.get(TRACKING).status_code == 200
        counts.append(len([q for q in queries.captured_queries if q["sql"].startswith("SELECT")]))
    assert counts == [counts[0]] * 2
