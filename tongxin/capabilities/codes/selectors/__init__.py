"""What pages and other rooms ask of the codes."""

from tongxin.capabilities.codes.addresses import code_url
from tongxin.capabilities.codes.selectors.scanned import find_active

__all__ = ["code_url", "find_active"]
