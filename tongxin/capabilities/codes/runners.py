"""What the task worker does for this room: posters, for one code or for hundreds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tongxin.capabilities.codes.actions import note_printed
from tongxin.capabilities.codes.models import AccessCode
from tongxin.capabilities.codes.permissions import can_print_code
from tongxin.capabilities.codes.posters import SIZES, place_name, posters_pdf
from tongxin.capabilities.codes.selectors.lists import for_posters
from tongxin.capabilities.jobs.runners import register_runner
from tongxin.foundation.core.errors import ensure

if TYPE_CHECKING:
    from tongxin.capabilities.jobs.runners import Running

POSTERS: Final = "codes.posters"
SIZE_WORDS: Final = {"a4": "海报", "plate": "门牌"}


def make_posters(running: Running) -> tuple[str, str]:
    """Draw the posters of all codes that are still in force, and remember that they were made."""
    size = SIZES[running.params["size"]]
    asked = AccessCode.objects.visible_to(running.actor).active().filter(pk__in=running.params["codes"])
    codes = [code for code in for_posters(asked) if can_print_code(running.actor, code)]
    ensure(bool(codes), because=_("这些码都已经暂停或者作废，没有可以打印的。"))
    running.progress(0, len(codes), "正在排版")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "posters.pdf"
        made.write_bytes(posters_pdf(codes, size))
        about = place_name(codes[0]) if len(codes) == 1 else f"{len(codes)}个"
        running.keep_file(made, f"一码通{SIZE_WORDS[size.key]}-{about}.pdf")
    note_printed(actor=running.actor, codes=codes)
    running.progress(len(codes), len(codes))
    left_out = len(running.params["codes"]) - len(codes)
    also = f"另有{left_out}个已经暂停或者作废，没有打印。" if left_out else ""
    return f"{SIZE_WORDS[size.key]}{len(codes)}张。{also}文件保留七天。", ""


def register() -> None:
    """Tell the jobs room who does this."""
    register_runner(POSTERS, make_posters)
