"""Where each kind of matter is read. A room names its page when it is ready; rooms beside it need not know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from uuid import UUID

_pages: dict[str, str] = {}


def register_matter_page(kind: str, url_name: str) -> None:
    """Say which URL shows a matter of this kind; it takes the matter's key."""
    _pages[kind] = url_name


def page_of(kind: str, pk: UUID) -> str:
    """Return the address of a matter's page; empty when its room has none. Whether one may open it is not asked."""
    return reverse(_pages[kind], args=[pk]) if kind in _pages else ""
