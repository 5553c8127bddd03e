"""What an analysis says: groups, what each stands for, and what all agree on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]


class TooLittle(StrEnum):
    """Why nothing can be said about groups; the numbers of statements are right all the same."""

    NO_VOTES = "no_votes"
    ONE_STATEMENT = "one_statement"
    TOO_FEW_PEOPLE = "too_few_people"
    EVERYONE_ALIKE = "everyone_alike"


@dataclass(frozen=True, slots=True, eq=False)
class Statements:
    """Every statement in the order of its id; column by column, one array each.

    Counts and statistics are of the votes that were given, also on statements that were moderated out. The first
    part counts everybody, also people who are in no group. The arrays of groups have one row for each group and
    one column for each statement; "rest" is all other groups together.

    Attributes:
        id: The statement.
        agrees, disagrees, passes, votes: How many people said so; votes = agrees + disagrees + passes.
        moderated: True where it was moderated out: it forms no groups and stands in no list.
        meta: True where it is about the conversation itself.
        na, nd, ns: Agrees, disagrees and all votes of each group.
        pa, pd: Probability that one of the group agrees, disagrees.
        pat, pdt: How surely more than half do (z).
        ra, rd: How many times as likely as in the rest.
        rat, rdt: How surely more likely than in the rest (z).
        consensus: Group-aware consensus: the product of pa over the groups.
        extremity: How far a person who agrees with this alone would stand from the middle of the map.
        priority: How much is gained by showing it to the next person.
    """

    id: Counts
    agrees: Counts
    disagrees: Counts
    passes: Counts
    votes: Counts
    moderated: NDArray[np.bool_]
    meta: NDArray[np.bool_]
    na: Counts
    nd: Counts
    ns: Counts
    pa: Floats
    pd: Floats
    pat: Floats
    pdt: Floats
    ra: Floats
    rd: Floats
    rat: Floats
    rdt: Floats
    consensus: Floats
    extremity: Floats
    priority: Floats


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement that a group stands for, more than the others do.

    Attributes:
        statement: Its id.
        direction: 1 where the group agrees with it, -1 where it disagrees.
        repness: How many times as likely as in the rest (ra or rd).
        repness_test: How surely so (rat or rdt).
        p_success: Probability that one of the group says so (pa or pd).
        p_test: How surely more than half say so (pat or pdt).
        best_effort: True where nothing was significant and this came nearest.
    """

    statement: int
    direction: int
    repness: float
    repness_test: float
    p_success: float
    p_test: float
    best_effort: bool


@dataclass(frozen=True, slots=True)
class ConsensusItem:
    """A statement on which a majority of all agree.

    Attributes:
        statement: Its id.
        p: Probability that somebody says so.
        z: How surely more than half do.
    """

    statement: int
    p: float
    z: float


@dataclass(frozen=True, slots=True)
class ConsensusLists:
    """What a majority of all who voted says yes to, and what it says no to; the surest first."""

    agree: tuple[ConsensusItem, ...]
    disagree: tuple[ConsensusItem, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of like opinion.

    Attributes:
        id: Its number, from 0; it is the row in the arrays of `Statements`.
        size: How many people are in it.
        x, y: Its middle on the map.
    """

    id: int
    size: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class BaseClusters:
    """The points of the opinion map: at most a hundred clusters of people, never a person.

    Attributes:
        x, y: Where the cluster stands.
        count: How many people are in it.
        group: The group that it belongs to.
    """

    x: Floats
    y: Floats
    count: Counts
    group: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """The plane of the map, by statements; also what the next analysis starts from.

    Attributes:
        statements: Ids of the statements.
        mean: Mean vote on each.
        components: Two rows, one number for each statement; orthogonal, of length 1 (or 0: no such direction).
        block: The directions that the search of the components ended with; a start for the next.
        variance: Of the two components and in all, each the sum of squares over the people who are clustered.
    """

    statements: Counts
    mean: Floats
    components: Floats
    block: Floats
    variance: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What an analysis of a conversation says.

    Attributes:
        votes_count: How many votes were counted.
        people_count: How many people have voted.
        participants: Ids of the people who are clustered, ascending.
        group: The group of each of them.
        xy: Where each of them stands; one row each.
        k: How many groups are shown; 0 where nobody could be clustered.
        silhouettes: Mean silhouette for each number of groups that was tried.
        base: The points of the map.
        groups: The groups by id.
        statements: The numbers of each statement.
        representative: For each group what it stands for.
        consensus: What all together say.
        too_little: Why nothing can be said about groups, or None.
        axes: The plane of the map.
        asked: The number of groups that has the best silhouette now, and for how many analyses in a row it had
            it. The number that is shown follows only after several.
    """

    votes_count: int
    people_count: int
    participants: Counts
    group: Counts
    xy: Floats
    k: int
    silhouettes: Mapping[int, float]
    base: BaseClusters
    groups: tuple[Group, ...]
    statements: Statements
    representative: Mapping[int, tuple[Representative, ...]]
    consensus: ConsensusLists
    too_little: TooLittle | None
    axes: Axes
    asked: tuple[int, int]
