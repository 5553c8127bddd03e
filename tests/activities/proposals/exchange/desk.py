"""A committee into which tables are brought, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.activities.proposals.workbooks import workbook
from tongxin.activities.proposals.actions.importing import confirm_import, keep_upload, preview_import
from tongxin.activities.proposals.models import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.factories import House
    from tongxin.activities.proposals.exchange.plan import Plan
    from tongxin.activities.proposals.models import ProposalImport


class Desk:
    """A clerk with a workbook."""

    def __init__(self, house: House) -> None:
        self.house = house

    def upload(self, data: bytes) -> ProposalImport:
        with self.house.at_work():
            return keep_upload(actor=self.house.actor("staff"), data=data, filename="五届四次提案.xlsx")

    def plan(self, rows: Sequence[Mapping[str, Any] | None], *headers: str) -> Plan:
        upload = self.upload(workbook(rows, headers or None))
        with self.house.at_work():
            return preview_import(actor=self.house.actor("staff"), upload=upload)

    def bring(
        self, rows: Sequence[Mapping[str, Any] | None] | bytes, *, skip_errors: bool = False
    ) -> ProposalImport:
        upload = self.upload(rows if isinstance(rows, bytes) else workbook(rows))
        with self.house.at_work():
            return confirm_import(actor=self.house.actor("staff"), upload=upload, skip_errors=skip_errors)

    def proposal(self, **by: Any) -> Proposal:
        with self.house.at_work():
            return Proposal.objects.select_related("matter", "session", "body", "topic", "reply_class").get(
                **by
            )
