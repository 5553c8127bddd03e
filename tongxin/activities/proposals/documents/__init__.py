"""Documents that come out of this room: the letter of a reply, the sheet of a proposal."""

from tongxin.activities.proposals.documents.letter import for_letters, reply_letter
from tongxin.activities.proposals.documents.sheet import SheetFacts, proposal_sheet

__all__ = ["SheetFacts", "for_letters", "proposal_sheet", "reply_letter"]
