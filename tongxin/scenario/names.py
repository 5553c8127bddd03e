"""Invented people: the same names for the same place, nobody twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faker import Faker

if TYPE_CHECKING:
    from collections.abc import Iterator

# After so many names that were given already, a syllable is added.
_PATIENCE = 20
_MORE = "一文玉小春国建明秀德"


class Names:
    """Gives names that nobody else in the place bears."""

    def __init__(self, code: str) -> None:
        self._faker = Faker("zh_CN")
        self._faker.seed_instance(int(code))
        self._given: set[str] = set()

    def one(self) -> str:
        """Return the next name."""
        for _try in range(_PATIENCE):
            name: str = self._faker.name()
            if name not in self._given:
                break
        else:
            name = next(n for n in self._longer(name) if n not in self._given)
        self._given.add(name)
        return name

    def many(self, count: int) -> list[str]:
        """Return so many names."""
        return [self.one() for _n in range(count)]

    @staticmethod
    def _longer(name: str) -> Iterator[str]:
        base = name[:2]
        while True:
            yield from (f"{base}{sign}" for sign in _MORE)
            base = f"{base[:2]}{_MORE[len(base) % len(_MORE)]}"
            yield from (f"{base}{a}{b}" for a in _MORE for b in _MORE)
