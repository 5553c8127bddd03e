"""Pages of outstanding proposals and units, inside and on the public site."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.urls import reverse

from tests import factories
from tongxin.activities.proposals.actions import honouring, reviewing
from tongxin.activities.proposals.models import Honour, Proposal
from tongxin.foundation.core import clock
from tongxin.foundation.core.once import new_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)
PAGE = "/proposals/honours/"
TITLE = "关于改善学校门口交通的提案"


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture
def house() -> House:
    return factories.make_house()


def at(name: str, *args: object) -> str:
    return reverse(f"proposals:{name}", args=args)


def post(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"once": str(new_key()), **data})


def nominated(house: House, title: str = TITLE) -> tuple[Proposal, Honour]:
    made = factories.rated(house, title=title)
    with house.at_work():
        return made, honouring.nominate_outstanding(
            actor=house.actor("staff"), proposal=made, reason="情况准"
        )


def published(house: House, title: str = TITLE, *, disclosed: bool = False) -> Proposal:
    made, honour = nominated(house, title)
    with house.at_work():
        staff = house.actor("staff")
        honouring.review_honour(actor=staff, honour=honour, passes=True, note="")
        honouring.decide_honour(actor=staff, honour=honour, honoured=True, decision="会议", on=TODAY)
        honouring.publish_honour(actor=staff, honour=honour)
        if disclosed:
            reviewing.disclose_proposal(actor=staff, proposal=made, public=True)
    return made


def stages(response: Any) -> list[tuple[str, list[str]]]:
    return [(s.state.code, [r.name for r in s.rows]) for s in response.context["page"].stages]


def test_member_recommends_from_the_page_of_anothers_proposal(client: Client, house: House) -> None:
    made = factories.rated(house)
    client.force_login(house.users["proposer"])
    assert client.get(at("detail", made.pk)).context["page"].honour_url == ""
    assert client.get(at("honour_proposal", made.pk)).status_code == 403
    client.force_login(house.users["outsider"])
    url = client.get(at("detail", made.pk)).context["page"].honour_url
    assert url == at("honour_proposal", made.pk)
    assert client.get(url).status_code == 200
    assert post(client, url, note=" ").status_code == 422
    assert post(client, url, note="情况准、办法实").url == at("detail", made.pk)
    assert (post(client, url, note="再推荐一次").status_code, stages(client.get(PAGE))) == (409, [])
    client.force_login(house.users["staff"])
    assert stages(client.get(PAGE)) == [("nominated", [TITLE])]


def test_stages_are_taken_for_the_ticked_ones(client: Client, house: House) -> None:
    first, a = nominated(house)
    _second, b = nominated(house, "关于别的事的提案")
    both = [str(a.pk), str(b.pk)]
    client.force_login(house.users["reviewer"])
    assert len(client.get(at("honours_review"), {"honours": both}).context["found"]) == 2
    assert post(client, at("honours_review"), honours=both, passes="no", note="").status_code == 422
    answer = post(client, at("honours_review"), honours=both, passes="yes", note="")
    assert answer.url.startswith(PAGE)
    client.force_login(house.users["staff"])
    form = client.get(at("honours_decide"), {"honours": [str(a.pk)]})
    assert form.context["form"]["on"].value() == TODAY
    post(
        client,
        at("honours_decide"),
        honours=[str(a.pk)],
        honoured="yes",
        decision="常委会会议",
        on=str(TODAY),
    )
    assert stages(client.get(PAGE)) == [("shortlisted", ["关于别的事的提案"]), ("decided", [TITLE])]
    assert client.get(at("honours_publish"), {"honours": [str(a.pk)]}).status_code == 200
    post(client, at("honours_publish"), honours=[str(a.pk)])
    with house.at_work():
        assert Proposal.objects.get(pk=first.pk).is_outstanding
    client.force_login(house.users["outsider"])
    assert stages(client.get(PAGE)) == [("published", [TITLE])]


def test_nothing_ticked_or_already_past_the_stage_sends_back(client: Client, house: House) -> None:
    _made, honour = nominated(house)
    client.force_login(house.users["staff"])
    for name in ("honours_review", "honours_decide", "honours_publish"):
        assert client.get(at(name)).url == PAGE
    assert client.get(at("honours_publish"), {"honours": [str(honour.pk)]}).url == PAGE


def test_numbers_open_as_many_rows_and_tell_when_collective_ones_are_few(
    client: Client, house: House
) -> None:
    published(house)
    factories.filed(house, title="关于小事的提案")
    client.force_login(house.users["leader"])
    page = client.get(PAGE).context["page"]
    share = page.share
    assert (share.filed, share.marked, str(share.marked_percent), share.amounts_to) == (2, 1, "50.0", 0)
    for url, count in ((share.filed_url, 2), (share.marked_url, 1)):
        assert client.get(url).context["shown"].page.paginator.count == count
    assert (page.listed, page.collective, page.lacks_collective) == (1, 0, True)
    assert "一般不少于20%" in client.get(PAGE).content.decode()
    with house.at_work():
        Proposal.objects.filter(is_outstanding=True).update(kind="party", lead_member=None, body=house.body)
    assert not client.get(PAGE).context["page"].lacks_collective


def test_unit_is_recommended_beside_its_figures(client: Client, house: House) -> None:
    factories.rated(house)
    factories.rated(house, title="关于不满意的提案", result="dissatisfied")
    factories.assigned(house, title="关于在办的提案")
    client.force_login(house.users["leader"])
    (f,) = client.get(at("honour_unit")).context["figures"]
    assert (f.name, f.handled, f.replied, f.late, str(f.on_time_percent)) == ("教育局", 3, 2, 0, "100.0")
    assert (f.rated, f.satisfied, str(f.satisfied_percent)) == (2, 1, "50.0")
    for url, count in ((f.handled_url, 3), (f.replied_url, 2)):
        assert client.get(url).context["shown"].page.paginator.count == count
    assert post(client, at("honour_unit"), reason="快").status_code == 422
    stranger = post(client, at("honour_unit"), unit=str(house.units["c"].pk), reason="快")
    assert stranger.status_code == 422
    answer = post(client, at("honour_unit"), unit=str(house.units["a"].pk), reason="又快又好")
    shown = client.get(answer.url)
    assert stages(shown) == [("nominated", ["教育局"])]
    assert shown.context["page"].rows[0].figures == f


def test_export_holds_the_recommendations(client: Client, house: House) -> None:
    nominated(house)
    client.force_login(house.users["staff"])
    book = openpyxl.load_workbook(io.BytesIO(client.get(at("honours_export")).content))
    head, row = [list(r) for r in book.active.values]  # type: ignore[union-attr]
    shown = dict(zip(head, row, strict=True))
    assert (shown["案由"], shown["状态"], shown["推荐理由"]) == (TITLE, "已推荐", "情况准")


def test_public_site_shows_what_is_published_and_disclosed(client: Client, house: House) -> None:
    site = f"/p/{house.committee.code}/"
    assert client.get(site).context["honoured"] is None
    published(house, disclosed=True)
    published(house, "关于没有公开的提案")
    nominated(house, "关于只是推荐的提案")
    with house.at_work():
        staff = house.actor("staff")
        unit = honouring.nominate_unit(actor=staff, session=house.session, unit=house.units["a"], reason="快")
        honouring.review_honour(actor=staff, honour=unit, passes=True, note="")
        honouring.decide_honour(actor=staff, honour=unit, honoured=True, decision="会议", on=TODAY)
    text = client.get(site).content.decode().replace("<wbr>", "")
    assert (text.count(TITLE), "没有公开" in text, "只是推荐" in text, "教育局" in text.split("全部公开的提案")[0]) == (
        2, False, False, False,
    )  # fmt: skip
    with house.at_work():
        honouring.publish_honour(actor=staff, honour=unit)
    assert client.get(site).context["honoured"].units == ("教育局",)
    assert client.get(site, {"q": "交通"}).context["honoured"] is None


def selects(queries: Any) -> int:
    return sum(q["sql"].startswith("SELECT") for q in queries.captured_queries)


def test_pages_read_the_same_number_of_times_with_one_and_three(
    client: Client, house: House, django_assert_max_num_queries: Any
) -> None:
    published(house, disclosed=True)
    with house.at_work():
        honouring.nominate_unit(
            actor=house.actor("staff"), session=house.session, unit=house.units["a"], reason="快"
        )
    client.force_login(house.users["staff"])
    urls = (PAGE, PAGE + "?kind=unit", at("honour_unit"), f"/p/{house.committee.code}/")
    client.get(PAGE)  # the first page of a session also notes the device

    def reads() -> list[int]:
        found = []
        for url in urls:
            with django_assert_max_num_queries(99) as queries:
                assert client.get(url).status_code == 200
            found.append(selects(queries))
        return found

    one = reads()
    for n, unit in enumerate("bc"):
        published(house, f"关于第{n}件事的提案", disclosed=True)
        factories.assigned(house, title=f"关于另外{n}件事的提案", to=unit)
        with house.at_work():
            honouring.nominate_unit(
                actor=house.actor("staff"), session=house.session, unit=house.units[unit], reason="快"
            )
    assert (one, reads()) == (one, one)
    assert one == [8, 9, 8, 6]
