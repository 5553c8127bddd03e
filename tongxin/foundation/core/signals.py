"""News from the core to the rooms above it."""

from __future__ import annotations

from django.dispatch import Signal

# Sent before a backup is written, and by `tongxin serve` at its start and every hour. What a room wants to
# keep outside the database (the ends of the audit chains) it writes now.
keeping_safe = Signal()

# Sent once a day by `tongxin serve`, after seven in the morning in China, or by `tongxin nightly`. What a room
# does then it can do twice without harm: two machines may each send it.
nightly = Signal()
