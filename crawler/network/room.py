"""How many bytes of answers one process holds at a time, so that many large pages at once do not fill the memory.

What counts is what came, decoded, from its first byte until nobody needs the answer any more. Where there is no room,
whoever brings more waits until answers were read. When nothing but unfinished ones take the room, one of them goes on
all the same, or they would wait for one another for ever.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable
from weakref import WeakKeyDictionary

from attrs import define, field
from scrapy.crawler import Crawler


@define(eq=False)
class Room:
    """Room for ``most`` bytes; what is under way when it is full may take one answer more."""

    most: int
    unfinished: int = 0
    """Bytes of answers that are still coming."""
    whole: int = 0
    """Bytes of answers that came and are still needed."""
    _waiting: deque[tuple[object, Callable[[], None]]] = field(factory=deque)
    _goes_on: object = None
    """Who may bring more although there is no room."""
    _taken_since: int = 0

    def is_open_to(self, who: object) -> bool:
        return self.unfinished + self.whole < self.most or self._goes_on is who

    def wait(self, who: object, resume: Callable[[], None]) -> None:
        """Call ``resume`` once ``who`` may bring more; it then asks again."""
        self._waiting.append((who, resume))
        if self._taken_since >= self.most:
            self._taken_since = 0
            gc.collect()  # answers that only hang together with their own errors are needed no more
        self._call_next()

    def take(self, count: int) -> None:
        """So many bytes more came of an answer."""
        self.unfinished += count
        self._taken_since += count

    def leave(self, who: object, count: int, *, is_whole: bool) -> None:
        """``who`` brought ``count`` bytes and brings no more; a whole answer keeps its room until it is given back."""
        self.unfinished -= count
        self.whole += count if is_whole else 0
        self._waiting = deque(entry for entry in self._waiting if entry[0] is not who)
        if self._goes_on is who:
            self._goes_on = None
        self._call_next()

    def give_back(self, count: int) -> None:
        """An answer of so many bytes is needed no more."""
        self.whole -= count
        self._call_next()

    def _call_next(self) -> None:
        while self._waiting:
            is_full = self.unfinished + self.whole >= self.most
            if is_full and (self.whole or self._goes_on is not None):
                return
            who, resume = self._waiting.popleft()
            if is_full:
                self._goes_on = who
            resume()


_rooms: WeakKeyDictionary[Crawler, Room] = WeakKeyDictionary()


def room_of(crawler: Crawler) -> Room:
    """The one room of a crawl, whichever handler asks."""
    return _rooms.setdefault(crawler, Room(most=crawler.settings.getint("ANSWERS_HELD_BYTES")))
