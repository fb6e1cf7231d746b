"""The parts of a page that may be its posts, with what is of each and what is of another post that stands in it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pipeline.read.posts.finder.like_blocks import Marks, Part, nested
from pipeline.read.posts.finder.page_index import PageIndex


class GroupParts:
    """The parts of a group, by number, while it is asked what each holds that no other post in it does."""

    def __init__(self, index: PageIndex, marks: Marks, parts: Sequence[Part], beside: Sequence[Part]) -> None:
        self.index, self.parts = index, parts
        every = sorted({*parts, *beside}, key=lambda part: (part.start, -part.end))
        inner: dict[Part, list[Part]] = {part: [] for part in every}
        for number, around in enumerate(nested(every)):
            if around is not None:
                inner[every[around]].append(every[number])
        self.inner = [inner[part] for part in parts]
        self._starts = [[each.start for each in inner] for inner in self.inner]
        self._words = [[0, *accumulate(map(self._whole, inner))] for inner in self.inner]
        self.marks = [[m for m in marks.between(p) if self.is_own(n, m.holder)] for n, p in enumerate(parts)]

    def is_own(self, part: int, number: int) -> bool:
        """Whether an element stands in a part and in none of the posts in it."""
        at = bisect_left(self._starts[part], number + 1) - 1
        return at < 0 or number >= self.inner[part][at].end

    def own(self, part: int) -> Iterator[int]:
        """The elements of a part that are in no other post."""
        number, end = self.parts[part].start, self.parts[part].end
        for each in self.inner[part]:
            yield from range(number, each.start)
            number = each.end
        yield from range(number, end)

    def words(self, part: int) -> int:
        """The words of a part that are in no other post."""
        return self._whole(self.parts[part]) - self._words[part][-1]

    def words_of(self, part: int, number: int) -> int:
        """The words of an element of a part that are in no other post."""
        starts, words = self._starts[part], self._words[part]
        first, last = bisect_left(starts, number), bisect_left(starts, self.index.ends[number])
        return self.index.words_of(number) - words[last] + words[first]

    def holds_posts(self, part: int, number: int) -> bool:
        """Whether other posts stand in an element of a part."""
        starts = self._starts[part]
        return bisect_left(starts, number) < bisect_left(starts, self.index.ends[number])

    def _whole(self, part: Part) -> int:
        return self.index.words(part.start, part.end) if part.is_run else self.index.words_of(part.start)

    def place(self, part: int, number: int) -> str:
        """Where in a part an element stands: what it is like, and what the two around it are."""
        start = self.parts[part].start
        shapes = [self.index.shape(number)]
        for above in self.index.above(number):
            if above <= start or len(shapes) > 2:
                break
            shapes.append(self.index.shape(above))
        return "/".join(reversed(shapes))
