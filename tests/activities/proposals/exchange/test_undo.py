"""Taking an import back: exactly, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from tests import factories
from tests.activities.proposals.exchange.test_importing import DONE
from tests.activities.proposals.workbooks import row
from tongxin.activities.proposals.actions import importing
from tongxin.activities.proposals.actions.reviewing import disclose_proposal
from tongxin.foundation.core.errors import Refused
from tongxin.foundation.organization.models import Unit

if TYPE_CHECKING:
    from tests.activities.proposals.exchange.desk import Desk
    from tests.factories import House
    from tongxin.activities.proposals.models import ProposalImport

_SEEN = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname NOT IN ('audit_entry', 'audit_head',"
    " 'proposals_proposalimport', 'django_session', 'core_cache') ORDER BY 1"
)
ROWS = [
    row(
        **DONE,
        流水号=3,
        联名人="李强",
        提案类型="联名",
        会办单位="新的单位",
        专题="新专题",
        重点="是",
        优秀="是",
    ),
    row(案由="乙", 提案号=2, 主办单位="教育局", 次="五", 提交日期="2026-01-08"),
    row(案由="丙", 审查结果="并案", 并入提案号=1),
    row(案由="丁", 审查结果="不予立案", 不予立案理由="没有写建议", 届="四", 次="一"),
    row(案由="戊", 提案类型="党派", 第一提案人="新的支部"),
]


def everything(house: House) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with house.at_work(), connection.cursor() as cursor:
        cursor.execute(_SEEN)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608 (names of tables)
            found[table] = [text for (text,) in cursor.fetchall()]
        return found


def undo(house: House, upload: ProposalImport) -> None:
    with house.at_work():
        importing.undo_import(actor=house.actor("staff"), upload=upload)


def test_undo_leaves_every_table_as_it_was(desk: Desk, house: House) -> None:
    before = everything(house)
    upload = desk.bring(ROWS)
    assert everything(house) != before
    undo(house, upload)
    assert everything(house) == before


def test_undo_of_a_correction_brings_the_earlier_rows_back(desk: Desk, house: House) -> None:
    desk.bring(ROWS)
    before = everything(house)
    corrected = [{**r, "内容": "改过的内容", "主办单位": r.get("主办单位") and "又一个单位"} for r in ROWS]
    upload = desk.bring(corrected)
    assert upload.outcome["changed"] == 5
    undo(house, upload)
    assert everything(house) == before


def test_undo_after_somebody_worked_on_a_row_is_refused_and_names_it(desk: Desk, house: House) -> None:
    upload = desk.bring([row(**DONE, 公开="同意"), row(案由="乙", 提案号=2)])
    with house.at_work():
        disclose_proposal(actor=house.actor("staff"), proposal=desk.proposal(number=1), public=True)
    before = everything(house)
    with pytest.raises(Refused, match="2025-001"):
        undo(house, upload)
    assert everything(house) == before


def test_undo_after_a_new_unit_was_used_elsewhere_is_refused_and_names_it(desk: Desk, house: House) -> None:
    upload = desk.bring(ROWS)
    with house.at_work():
        unit = Unit.objects.get(name="新的单位")
    factories.add_person(house, "clerk_new", "新经办", "unit_clerk", unit=unit)
    with pytest.raises(Refused, match="新的单位"):
        undo(house, upload)


def test_undo_after_the_next_number_was_given_keeps_that_number(desk: Desk, house: House) -> None:
    upload = desk.bring([row(次="五", 提案号=41, 流水号=58, 提交日期="2026-01-08")])
    filed = factories.filed(house)
    undo(house, upload)
    following = factories.filed(house, title="关于下一件事的提案")
    assert (filed.number, following.number) == (42, 43)


def test_undo_twice_is_refused(desk: Desk, house: House) -> None:
    upload = desk.bring(ROWS)
    undo(house, upload)
    with pytest.raises(Refused, match="不能撤销"):
        undo(house, upload)


def test_undo_that_fails_half_way_changes_nothing(desk: Desk, house: House) -> None:
    upload = desk.bring(ROWS)
    before = everything(house)
    with pytest.raises(ZeroDivisionError), house.at_work(), transaction.atomic():
        importing.undo_import(actor=house.actor("staff"), upload=upload, progress=lambda *_: 1 // 0)
    assert everything(house) == before
