"""The example market while accounts move: a handle changes, an account goes to another server, a blog to another site.

Everything else is as :mod:`crawler.market` has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus

from attrs import evolve, frozen

from crawler.items import Platform
from crawler.market import Market, MarketServer
from crawler.market.cast import CAST, Player
from crawler.market.generator import MarketPost
from crawler.market.server import Answer

_OLD_HANDLE, _NEW_HANDLE = "tessaly.example", "tessaly-roasters.example"
_MOVING, _OLD_SERVER, _NEW_SERVER = "grandvantor", "mastodon-b", "mastodon-a"
_BLOG, _NEW_BLOG = "blog-quillmoor", "blog-journal"
_ELSEWHERE = "https://quillmoor-journal.example"
"""Where the old blog sends everybody; the market, which has no names, serves it under another port."""


@frozen(kw_only=True)
class Moves:
    """When accounts move; ``None`` = not yet."""

    renamed_at: datetime | None = None
    moved_at: datetime | None = None
    blog_moved_at: datetime | None = None


class MovingMarket(Market):
    """Posts are published where the account is at that moment, and stay there."""

    def __init__(self, now: datetime, cast: tuple[Player, ...] = CAST) -> None:
        super().__init__(now, cast=cast)
        self.moves = Moves()

    def move(self, **moves: datetime) -> None:
        """Let accounts have moved; names as in :class:`Moves`."""
        self.moves = evolve(self.moves, **moves)
        if "moved_at" in moves:
            (moving,) = [player for player in self.cast if (player.handle, player.server) == (_MOVING, _OLD_SERVER)]
            self.cast = (*self.cast, evolve(moving, server=_NEW_SERVER))

    def posts(self, player: Player, now: datetime | None = None) -> list[MarketPost]:
        posts = super().posts(player, now)
        moved_at = self.moves.moved_at
        if moved_at is None or (player.platform, player.handle) != (Platform.MASTODON, _MOVING):
            return posts
        is_new = player.server == _NEW_SERVER
        return [post for post in posts if (post.published_at >= moved_at) == is_new]


class MovingServer(MarketServer):
    """Answers as services do whose account has moved."""

    market: MovingMarket

    @property
    def server_names(self) -> Iterable[str]:
        return (*super().server_names, _NEW_BLOG)

    def answer(self, name: str, path: str, query: Mapping[str, str]) -> Answer:
        moves = self.market.moves
        if name == _BLOG and moves.blog_moved_at is not None:
            return Answer(
                body=b"", status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": f"{_ELSEWHERE}{path}"},
                content_type="text/html",
            )  # fmt: skip
        if name == _NEW_BLOG:
            answer = super().answer(_BLOG, path, query)
            return evolve(answer, body=answer.body.replace(self.base(_BLOG).encode(), self.base(_NEW_BLOG).encode()))
        if name == "appview" and moves.renamed_at is not None:
            return self._renamed(path, query)
        answer = super().answer(name, path, query)
        if name == _OLD_SERVER and moves.moved_at is not None and path.startswith("/api/v1/accounts/"):
            return self._with_new_home(answer)
        return answer

    def _renamed(self, path: str, query: Mapping[str, str]) -> Answer:
        """The old handle is nobody's; the account answers to the new one and to its DID."""
        actor = query.get("actor")
        asked = {"actor": _OLD_HANDLE} if actor == _NEW_HANDLE else {"actor": ""} if actor == _OLD_HANDLE else {}
        answer = super().answer("appview", path, {**query, **asked})
        old, new = (f'"handle": "{handle}"'.encode() for handle in (_OLD_HANDLE, _NEW_HANDLE))
        return evolve(answer, body=answer.body.replace(old, new))

    def _with_new_home(self, answer: Answer) -> Answer:
        said = json.loads(answer.body)
        if not isinstance(said, dict) or said.get("acct") != _MOVING:
            return answer
        return evolve(answer, body=json.dumps({**said, "moved": {"id": "1", "url": self.new_home}}).encode())

    @property
    def new_home(self) -> str:
        return f"{self.base(_NEW_SERVER)}/@{_MOVING}"

    def renames(self) -> dict[str, str]:
        """Old link → new link, of every account that has moved."""
        moves = self.market.moves
        every = {
            f"https://bsky.app/profile/{_OLD_HANDLE}": (moves.renamed_at, f"https://bsky.app/profile/{_NEW_HANDLE}"),
            f"{self.base(_OLD_SERVER)}/@{_MOVING}": (moves.moved_at, self.new_home),
            f"{self.base(_BLOG)}/": (moves.blog_moved_at, f"{self.base(_NEW_BLOG)}/"),
        }
        return {old: new for old, (at, new) in every.items() if at is not None}
