"""Two versions of a stranger's words as pieces that stayed, went and came."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Literal

from reports.filters import excerpt

MOST_LETTERS = 600
"""Of each version; what follows is left out, as in every excerpt."""

Piece = tuple[Literal["same", "gone", "new"], str]


def difference(old: object, new: object, *, is_list: bool = False) -> list[Piece]:
    """Words that stayed, went or came, in reading order; with ``is_list`` the order of the words means nothing.

    ``None`` stands for no text. What cannot be seen (white space, controls, direction marks) makes no difference.
    """
    before, after = excerpt(old, MOST_LETTERS).split(" "), excerpt(new, MOST_LETTERS).split(" ")
    before, after = [word for word in before if word], [word for word in after if word]
    if is_list:
        kept = [("same", word) for word in after if word in before]
        gone = [("gone", word) for word in before if word not in after]
        return [*kept, *gone, *(("new", word) for word in after if word not in before)]  # type: ignore[list-item]
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", " ".join(before[i:j])))
            continue
        if i < j:
            pieces.append(("gone", " ".join(before[i:j])))
        if k < m:
            pieces.append(("new", " ".join(after[k:m])))
    return pieces
