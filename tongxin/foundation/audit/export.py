"""One entry as a row of a table, or as a line of syslog."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.foundation.core.clock import ZONE

if TYPE_CHECKING:
    from tongxin.foundation.audit.models import Entry

# Facility 13 (log audit), severity 6 (informational): RFC 5424, section 6.2.1.
_PRIORITY: Final = 13 * 8 + 6
# The number for private use in documentation and examples (RFC 5612); receivers match the name.
_STRUCTURE: Final = "audit@32473"
# A cell that begins so would be run as a formula by a spreadsheet.
_FORMULA: Final = re.compile(r"^\s*[=+\-@＝＋－＠]")


def column_names() -> list[str]:
    """Return the heads of the table."""
    who, what = [_("人员编号"), _("姓名")], [_("操作"), _("对象"), _("详细")]
    return [_("链"), _("序号"), _("时间"), *who, *what, _("指纹")]


def as_row(entry: Entry) -> list[str | int]:
    """Return an entry as cells; none of them can start a formula."""
    return [
        entry.chain,
        entry.seq,
        entry.at.astimezone(ZONE).isoformat(),
        str(entry.user_id or ""),
        _cell(entry.user_name),
        _cell(entry.action),
        _cell(entry.target),
        json.dumps(entry.detail, ensure_ascii=False, sort_keys=True),
        entry.hash,
    ]


def as_syslog(entry: Entry) -> str:
    """Return an entry as one line after RFC 5424."""
    values = {
        "chain": entry.chain,
        "seq": entry.seq,
        "user": entry.user_id or "",
        "name": entry.user_name,
        "action": entry.action,
        "target": entry.target,
        "detail": json.dumps(entry.detail, ensure_ascii=False, sort_keys=True),
        "hash": entry.hash,
    }
    structure = " ".join(f'{name}="{_escape(str(value))}"' for name, value in values.items())
    return f"<{_PRIORITY}>1 {entry.at.isoformat()} - tongxin - audit [{_STRUCTURE} {structure}]"


def _cell(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _escape(value: str) -> str:
    value = re.sub(r'(["\\\]])', r"\\\1", value)
    # A line break would let a value pretend to be an entry of its own.
    return re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]", " ", value)
