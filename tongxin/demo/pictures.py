"""Pictures for the demo, drawn here: nobody's photographs, nobody's seal."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

_PAPER = (420, 594)
_RED = (190, 30, 45)


def stamp_page() -> SimpleUploadedFile:
    """Return the scan of a page with a round stamp on it: a ring and a star, without words."""
    page = Image.new("RGB", _PAPER, "white")
    draw = ImageDraw.Draw(page)
    for row in range(9):
        # Lines of a letter, too small to be read.
        draw.line((60, 90 + 30 * row, 360 if row % 4 else 250, 90 + 30 * row), fill=(150, 150, 150), width=2)
    draw.ellipse((220, 380, 360, 520), outline=_RED, width=5)
    draw.regular_polygon((290, 450, 24), 5, fill=_RED)
    out = io.BytesIO()
    page.save(out, "PNG")
    return SimpleUploadedFile("盖章页.png", out.getvalue(), content_type="image/png")
