"""Fills in the form of a page as a person would: every field, from what the page itself offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from tests.access.expectations import LINES
from tests.access.filling_numbers import ASKED_FOR, NUMBER_CHOICES, NUMBERS_STAND_ON
from tests.access.filling_reports import REPORT_CHOICES, REPORT_PICKED, STANDS_ON
from tests.access.filling_talks import TALK_CHOICES, TALK_PICKED, TALKS_STAND_ON
from tests.capabilities.files import corpus
from tongxin.activities.grassroots.forms.appraisal import MOST_GRADES, MOST_ITEMS
from tongxin.activities.proposals.models import Proposal
from tongxin.foundation.core import tenancy
from tongxin.foundation.organization.models import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Browser, World

# Forms of the frame around every page.
_OF_THE_SHELL = ("/accounts/sign-out/", "/core/", "/organization/switch/", "/notices/", "/search/")
# Of these the first is ticked.
_TICKED = {"members", "proposals", "user", "supervisors", "honours", "nodes", "topics", "items"}
_TEXT = {"text", "search", "tel", "password", ""}


def _no_more_rows(begun: int) -> dict[str, Any]:
    """Leave the rows of a scheme empty after so many items and grades."""
    return {
        **{f"item-{n}-name": "" for n in range(begun, MOST_ITEMS)},
        **{f"grade-{n}-name": "" for n in range(begun, MOST_GRADES)},
    }


# What a person must choose on purpose, where the first choice of the page is not a whole answer.
_ENDS_LATE = {"ends": "23:30"}
_NO_WISHES = {"wished_1": "", "wished_2": "", "wished_3": "", "cosign_until": ""}
CHOICES: dict[str, dict[str, Any]] = {
    "proposals:edit": _NO_WISHES,
    "proposals:attach": _NO_WISHES,
    "proposals:review": {"decision": "return"},
    "proposals:convert": {"how": "ask"},
    "proposals:answer_conversion": {"answer": "yes"},
    "proposals:answer_decline": {"accept": "yes"},
    "proposals:review_reply": {"decision": "pass"},
    "proposals:assign": {"step": "confirm"},
    "proposals:approve": {"decision": "sign"},
    "proposals:disclose": {"public": "1"},
    "proposals:sensitive": {"sensitive": "1"},
    "proposals:change_promise": {"decision": "drop"},
    "proposals:rate": {"attitude": "satisfied", "result": "satisfied"},
    "organization:member_add": {"number": "7777"},
    "organization:sectors_add": {"key": "culture"},
    "grassroots:node_duty": {"weekday": "2", "on": "", "starts_at": "15:00", "ends_at": "17:00"},
    "grassroots:session_new": _ENDS_LATE,
    "grassroots:session_edit": _ENDS_LATE,
    "journeys:new_session": _ENDS_LATE,
    "grassroots:session_people": {"members": ""},
    "grassroots:disclose_problem": {"public": "yes"},
    "grassroots:nodes_from_places": {"place": ["620881001001"]},
    "grassroots:session_answer": {"answer": "come"},
    "grassroots:session_attendance": {"side": "masses", "name": "过路的人"},
    "grassroots:session_say": {"kind": "statement", "who": "村民", "text": "路灯太暗"},
    "grassroots:new_scheme": {
        **_no_more_rows(1),
        "year": "2028",
        "item-0-points_most": "100",
        "grade-0-points_least": "60",
    },
    "grassroots:edit_scheme": _no_more_rows(2),
    "grassroots:head_account": {"phone": "13812340001"},
    "grassroots:node_worker": {"phone": "13812340002"},
    "topics:list_begin": {"year": "2030"},
    **NUMBER_CHOICES,
    **REPORT_CHOICES,
    **TALK_CHOICES,
}


def _roster(_world: World, text: str) -> str:
    head = "委员编号,姓名,界别,专门委员会,职务,工作单位及职务,手机号,届,状态"
    return f"{head}\n8001,{text},农业界,提案委员会,委员,某单位,13800001111,第五届,在任"


def _past_session(_world: World, text: str) -> str:
    return f"届,次,案由,提案类型,第一提案人,审查结果\n五,四,{text},个人,0001,撤案"


def _handover_list(world: World, text: str) -> str:
    with tenancy.scope(world.committee_ids):
        filed = Proposal.objects.select_related("matter").get(pk=world.a.ids["proposal.filed"])
    unit = world.a.house.units["b"].name if text == PLAIN else text
    return f"编号,建议主办\n{filed.matter.code},{unit}"


def _nodes(_world: World, text: str) -> str:
    return f"类别,名称,设在\n委员工作站,{text},乡镇"


def _past_deliberations(world: World, text: str) -> str:
    with tenancy.scope(world.committee_ids):
        council = Node.objects.get(pk=world.a.ids["node.council"]).name
    return f"日期,议事会,主题,参加委员,意见建议\n2025-05-12,{council},{text},,{text}"


def _past_topics(_world: World, text: str) -> str:
    return f"渠道,标题,内容,提出日期\n党政点,{text},{text},2025-03-05"


# Pages that take a table: what stands in it.
PLAIN = "一句话"
TABLES: dict[str, Callable[[World, str], str]] = {
    "organization:roster": _roster,
    "proposals:imports": _past_session,
    "proposals:meeting_upload": _handover_list,
    "grassroots:node_upload": _nodes,
    "grassroots:session_ledger": _past_deliberations,
    "topics:imports": _past_topics,
}


def _ticked_topics(ids: dict[str, Any]) -> dict[str, Any]:
    topics = [str(ids[f"topic.{key}"]) for key in ("collected", "other")]
    return {"topics": topics, "into": topics[0], "step": "confirm"}


# What a person picks from another page, or looks for.
PICKED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "grassroots:node_move": lambda ids: {"parent": str(ids["node.other"])},
    "grassroots:confirm_problems": lambda ids: {"problems": [str(ids["problem.reported"])]},
    "topics:merge": lambda ids: {"into": str(ids["topic.accepted"])},
    "topics:accept_many": _ticked_topics,
    "topics:decline_many": lambda ids: {**_ticked_topics(ids), "reason": str(ids["decline_reason"])},
    "topics:merge_many": _ticked_topics,
    **REPORT_PICKED,
    **TALK_PICKED,
}


def fill(page: str, url: str, text: str = PLAIN, *, overwrite: bool = False) -> dict[str, Any]:
    """Return what the largest form of a page would send.

    Args:
        page: the whole page.
        url: its address: forms without an action go there.
        text: goes into empty fields for text; with ``overwrite`` into all of them.
    """
    if not page.strip():
        return {}
    forms = [
        f
        for f in html.fromstring(page).iter("form")
        if f.get("method", "").lower() == "post" and not f.get("action", "").startswith(_OF_THE_SHELL)
    ]
    own = [f for f in forms if f.get("action") in (None, "", url)] or forms
    if not own:
        return {}
    data: dict[str, Any] = {}
    for field in max(own, key=lambda f: len(list(f.iter("input", "select", "textarea")))).iter(
        "input", "select", "textarea"
    ):
        _fill_in(data, field, text, overwrite=overwrite)
    return data


def _fill_in(data: dict[str, Any], field: Any, text: str, *, overwrite: bool) -> None:  # noqa: C901, PLR0912
    name, kind = field.get("name"), field.get("type", "").lower()
    if not name or name == "csrfmiddlewaretoken":
        return
    if field.tag == "textarea":
        data[name] = text if overwrite or not (field.text or "").strip() else field.text
    elif field.tag == "select":
        options = [o.get("value", o.text) for o in field.iter("option")]
        chosen = [o.get("value", o.text) for o in field.iter("option") if o.get("selected") is not None]
        data[name] = next((v for v in chosen + options if v), "")
    elif kind == "radio":
        if field.get("checked") is not None or name not in data:
            data[name] = field.get("value", "on")
    elif kind == "checkbox":
        if field.get("checked") is not None:
            data.setdefault(name, []).append(field.get("value", "on"))
        elif name in _TICKED and name not in data:
            data[name] = [field.get("value")]
    elif kind == "file":
        data[name] = SimpleUploadedFile(f"{text[:40].replace('/', '_')}.pdf", corpus.pdf(), "application/pdf")
    elif kind == "date":
        data[name] = field.get("value") or "2026-11-02"
    elif kind == "time":
        data[name] = field.get("value") or "09:00"
    elif kind == "number":
        data[name] = field.get("value") or field.get("min") or "1"
    elif kind in _TEXT:
        data[name] = text if overwrite or not field.get("value") else field.get("value")
    elif kind == "hidden":
        data[name] = field.get("value", "")


def filled(
    browser: Browser,
    name: str,
    who: str,
    text: str = PLAIN,
    *,
    overwrite: bool = False,
    opened: dict[str, str] | None = None,
) -> tuple[str, dict[str, Any]]:
    """Open the page of a form as somebody and return its address and what they would send.

    Args:
        opened: pages that this person has open already, by address; where the world stays as it is.
    """
    args = LINES[name].targets[0].args(browser.world.a)
    url = reverse(name, kwargs=args)
    data: dict[str, Any] = {}
    stands_on = STANDS_ON | NUMBERS_STAND_ON | TALKS_STAND_ON
    if "GET" in LINES[name].methods or name in stands_on:
        page = reverse(stands_on[name], kwargs=args) if name in stands_on else url
        opened = {} if opened is None else opened
        if page not in opened:
            opened[page] = browser.ask(who, "GET", page, ASKED_FOR.get(name)).text
        data = fill(opened[page], url, text, overwrite=overwrite)
    if name in TABLES:
        table = TABLES[name](browser.world, text).encode("utf-8", "surrogatepass")
        data["file"] = SimpleUploadedFile("表格.csv", table, "text/csv")
    if text == PLAIN:
        data |= _decided(browser, name, who, url, data)
    return url, data | CHOICES.get(name, {})


def _decided(browser: Browser, name: str, who: str, url: str, data: dict[str, Any]) -> dict[str, Any]:
    """What a person puts in after a look at what the page says."""
    if name == "proposals:meeting":
        unit = browser.world.a.house.units["b"].name
        words = {"answering": unit, "co": "", "office": ""}
        return {k: words[k.split("-")[0]] for k in data if k.split("-")[0] in words}
    if name in PICKED:
        return PICKED[name](browser.world.a.ids)
    if name in {"proposals:meeting_upload", "grassroots:session_ledger"}:
        preview = html.fromstring(browser.ask(who, "POST", url, data).text)
        return {"plan": preview.xpath("string(//input[@name='plan']/@value)")}
    return {}
