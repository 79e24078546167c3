"""What people say and are called. A few words are in every fourth sentence and most in none but a few, as in speech."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, product
from random import Random

# The most common ones can be read; the rest only have to be words.
COMMON = (
    *("parcel order ticket delivery number address refund invoice account payment customer yesterday morning").split(),
    *("please thank waiting broken missing wrong again email phone street tracking courier warehouse return").split(),
)
_BEGINS, _MIDDLES, _ENDS = ("br", "dr", "f", "gl", "kl", "m", "p", "st", "tr", "v"), ("a", "e", "i", "o"), "lmnrst"
_SYLLABLES = [begin + middle + end for begin, middle, end in product(_BEGINS, _MIDDLES, _ENDS)]
VOCABULARY = 4_000
SENTENCES = 20_000
FIRST_NAMES = (
    "Ada Ben Carla Dev Elif Finn Grace Hugo Iris Jonas Kira Liam Mona Nils Olga Paul Quinn Rosa Sven Tara"
).split()
LAST_NAMES = 400


class Speech:
    """A rank's chance is one in its rank and ten more: the first word stands in every sixth sentence."""

    def __init__(self, random: Random) -> None:
        self._random = random
        made = (one + other for one, other in product(_SYLLABLES, _SYLLABLES))
        self.vocabulary = [*COMMON, *random.sample(list(made), VOCABULARY - len(COMMON))]
        weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
        self.sentences = [
            " ".join(random.choices(self.vocabulary, cum_weights=weights, k=random.randint(5, 16))).capitalize() + "."
            for _ in range(SENTENCES)
        ]
        self.last_names = [(one + other).capitalize() for one, other in _pairs(random, LAST_NAMES)]

    @property
    def common(self) -> str:
        return self.vocabulary[0]

    @property
    def usual(self) -> Sequence[str]:
        """Each in one of a hundred sentences."""
        return self.vocabulary[80:120]

    @property
    def rare(self) -> Sequence[str]:
        return self.vocabulary[-400:]

    def name(self) -> str:
        return f"{self._random.choice(FIRST_NAMES)} {self._random.choice(self.last_names)}"


def _pairs(random: Random, count: int) -> list[tuple[str, str]]:
    return random.sample(list(product(_SYLLABLES, _SYLLABLES)), count)


def code(number: int) -> str:
    """Said once: a reference that a caller reads out."""
    return f"ref{number:07d}"
