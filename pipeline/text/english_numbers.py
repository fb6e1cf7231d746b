"""Numbers in English words, more freely than a table has them: "half", "a dozen", "two and a half million"."""

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.text.powers import ENGLISH_POWERS

COUNTS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()  # noqa: SIM905 - a list of quoted words reads worse
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905 - the same
NUMBER_WORDS = {
    **{word: number for number, word in enumerate(COUNTS)},
    **{word: number for number, word in enumerate(_ORDINALS.split())},
    **{word: 10 * number for number, word in enumerate(TENS, 2)},
    "once": 1,
    "twice": 2,
    "both": 2,
    "couple": 2,
    "pair": 2,
    "decade": 10,
    "dozen": 12,
    "fortnight": 14,
    "century": 100,
}
_IN_HUNDREDTHS = {"half": 50, "a quarter": 25, "one quarter": 25, "three quarters": 75, "a third": 33, "one third": 33,
                  "two thirds": 67, "a fifth": 20, "one fifth": 20, "a tenth": 10, "one tenth": 10}  # fmt: skip
_LARGE = "|".join(word for word, power in ENGLISH_POWERS.items() if power > 2 and len(word) > 3)
_COMMA = re.compile(rf"\b({_LARGE}), (?=(?:{'|'.join(COUNTS + TENS)})\b)")
_HALF = re.compile(rf"\b(?:half (?:an? )?|(\w+) and a half )({_LARGE})s?\b|\b(\w+) ({_LARGE}) and a half\b")


def _has(words: str, plain: str) -> bool:
    return bool(re.search(rf"\b{words}\b", plain))


def numbers_in_english(text: str) -> Iterator[Decimal]:
    """The numbers that `text` gives in words: each word's own, and what several in a row come to."""
    plain = re.sub(r"[-\s]+", " ", text.casefold())
    if (connected := _COMMA.sub(r"\1 ", plain)) != plain:
        yield from numbers_in_english(connected)
    yield from (Decimal(number) for words, number in _IN_HUNDREDTHS.items() if words in plain and _has(words, plain))
    for match in _HALF.finditer(plain):
        whole = match[1] or match[3] or "zero"
        number = 1 if whole in ("a", "one") else NUMBER_WORDS.get(whole) or (int(whole) if whole.isdecimal() else 0)
        yield (Decimal(number) + Decimal("0.5")).scaleb(ENGLISH_POWERS[match[2] or match[4]])
    total = run = 0
    before, power = "", 0
    for word in re.findall(r"[^\W\d_]+|[^\w\s]|$", plain):
        after_power, power = power, ENGLISH_POWERS.get(word.removesuffix("s"), 0) if len(word) > 2 else 0
        if word in NUMBER_WORDS:
            yield Decimal(NUMBER_WORDS[word])
            run += NUMBER_WORDS[word]
        elif power and (run or before in ("a", "an")):
            scaled = (run or 1) * 10**power
            total, run = (total, scaled) if power == 2 else (total + scaled, 0)
        elif not (word == "and" and after_power) and total + run:
            yield Decimal(total + run)
            total = run = 0
        before = word
