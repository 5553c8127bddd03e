"""What should happen to proposals: a second telling, written from the specification alone.

It knows nothing of the product's code and imports none of it. ``World.judge`` says of a command whether it is
accepted, answered "not you" (``denied``) or "not now" (``refused``), or accepted without any effect because
that is how things stand already (``same``). Deadlines and sight are not kept but derived from the state, so
a mistake in keeping them cannot be made twice alike.

Sources: requirements §2.1, trust §2, issues 2 and 3. Where they are silent, the choice is said where it is made.
"""

from tests.activities.proposals.oracle.things import (
    CONVENOR,
    DENIED,
    OK,
    REFUSED,
    SAME,
    Command,
    Part,
    Person,
    Proposal,
)
from tests.activities.proposals.oracle.world import World

__all__ = ["CONVENOR", "DENIED", "OK", "REFUSED", "SAME", "Command", "Part", "Person", "Proposal", "World"]
