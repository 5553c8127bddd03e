"""Typst, as every drawn page uses it: data in, no file but the source and the shipped fonts."""

from __future__ import annotations

import tempfile
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pylopdf_fonts_zh_cn
import typst

from tongxin.foundation.core import clock

if TYPE_CHECKING:
    from collections.abc import Mapping


def compile_source(source: Path, inputs: Mapping[str, str], **how: Any) -> Any:  # noqa: ANN401 (typst's own options)
    """Draw a source with its data (``sys.inputs``), which is never read as markup."""
    # An empty folder for a root: nothing beside the source can be read.
    with tempfile.TemporaryDirectory() as nothing:
        return typst.Compiler(
            source.read_bytes(), root=nothing, font_paths=_fonts(), ignore_system_fonts=True
        ).compile(
            sys_inputs=dict(inputs),
            timestamp=clock.now().astimezone(UTC).replace(microsecond=0),
            **how,
        )


@cache
def _fonts() -> typst.Fonts:
    # 20 MB, read once a process.
    shipped = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(shipped)])
