"""The skeleton of a new platform, in all its places: ``rivalscope new PLATFORM`` in a checkout.

What it writes reads an invented interface and passes every test; its author then replaces, place by place, what is
invented by what the network does. Lists in the code are found by their syntax tree, not by their text.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from attrs import frozen

from crawler.items import Platform

_NAME = re.compile(r"[a-z][a-z0-9]{1,19}")
_COMPARISON_AGES = "_COMPARISON_AGE_HOURS"
_HOW, _SHOWS, _HIDES = "its public API", "posts with likes, comments and dates", "shares and views"
_END_OF_TABLE = "<!-- end of platforms -->"
"""Behind the README's rows, one a platform."""


class ScaffoldError(ValueError):
    """The skeleton cannot be written; one sentence that says how to mend it."""


@frozen(kw_only=True)
class Place:
    """A file that was written or extended."""

    path: Path
    """From the checkout's root."""
    task: str
    """What is left to do there; one sentence."""


def write_platform(root: Path, name: str, label: str) -> list[Place]:
    """Write the skeleton of the platform ``name`` into the checkout at ``root``; the places, in the order of the work.

    A platform that is known already (design: a closed list) only gets what it lacks. Raises :class:`ScaffoldError`
    before anything is written, and OSError.
    """
    if not _NAME.fullmatch(name):
        raise ScaffoldError(f"{name!r} is no name for a platform; use 2 to 20 small letters and digits, like lemmy.")
    if not (root / "crawler" / "pages").is_dir() or not (root / "fixtures").is_dir():
        raise ScaffoldError(f"{root} is no checkout of Rivalscope; get its source, and run this in its folder.")
    pages = root / "crawler" / "pages" / f"{name}.py"
    if pages.exists() or pages.with_suffix("").is_dir():
        raise ScaffoldError(f"There is a page module for {name} already; extend {pages}.")
    words = {"name": name, "NAME": name.upper(), "Class": name.title(), "label": label}
    places = []
    if name not in set(Platform):
        places += _extended(root, words)
    for path, template, task in (
        (
            f"crawler/pages/{name}.py",
            "pages.py.txt",
            "Write the fact sheet, then one class a kind of page.",
        ),
        (f"crawler/spiders/{name}.py", "spider.py.txt", "Say what is particular to walking there, if anything is."),
        (f"tests/crawler/test_pages_{name}.py", "test_pages.py.txt", "One test a rule of the fact sheet."),
    ):
        _new(root / path, Template(_template(template)).substitute(words))
        places.append(Place(path=Path(path), task=task))
    for folder in _write_fixtures(root, words):
        places.append(
            Place(path=folder.relative_to(root), task="Replace it by a page of theirs: rivalscope record URL.")
        )
    return places


def _template(name: str) -> str:
    return (files("crawler") / "templates" / name).read_text(encoding="utf-8")


def _new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


# ---------------------------------------------------------------- the lists that name every platform


def _extended(root: Path, words: dict[str, str]) -> list[Place]:
    name, member, label = words["name"], f"Platform.{words['NAME']}", words["label"]
    address = f"https://{name}.example"
    link = f'    "{address}/Acme?tab=all": ("{name}", "", "acme", "{address}/acme"),'
    steps = (
        ("crawler/items.py", "Platform", f'    {words["NAME"]} = "{name}"', "The name is in the closed list."),
        ("analysis/load/records.py", "Platform", f'    "{name}",', "The loader knows the name."),
        ("crawler/platforms.py", "FACTS", _facts(member, label), "Say what it shows and what it hides."),
        ("crawler/looks.py", _COMPARISON_AGES, f"    {member}: 168,", "Set the age at which its posts are compared."),
        (
            "crawler/links/profiles.py",
            "_PROFILE",
            f'    {member}: "{address}/{{}}",',
            "Set how its profiles are written.",
        ),
        ("tests/crawler/test_links.py", "ACCOUNTS", link, "Write down links as people paste them."),
        ("reports/words.py", "PLATFORMS", f'    "{name}": "{label}",', "The brief knows the name."),
    )
    texts = {path: (root / path).read_text(encoding="utf-8") for path, _, _, _ in steps}
    for path, holder, lines, _ in steps:
        texts[path] = _inserted(texts[path], path, holder, lines)
    hosts = root / "crawler" / "links" / "hosts.py"
    texts[str(hosts)] = _with_host(hosts.read_text(encoding="utf-8"), words)
    reader = root / "crawler" / "links" / "readers" / f"{name}.py"
    _new(reader, Template(_template("link_reader.py.txt")).substitute(words))
    seed = root / "analysis" / "seeds" / "platforms.csv"
    row = f"{name},{label},168,true,true,false,false,false,likes + comments,shares are not public\n"
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8")
    with seed.open("a", encoding="utf-8") as file:
        file.write(row)
    readme = root / "README.md"
    cells = f"| {label} | {_HOW} | {_SHOWS} | {_HIDES} |\n"
    readme.write_text(
        readme.read_text(encoding="utf-8").replace(_END_OF_TABLE, cells + _END_OF_TABLE), encoding="utf-8"
    )
    places = [Place(path=Path(path), task=task) for path, _, _, task in steps]
    return [
        *places,
        Place(path=hosts.relative_to(root), task="Say on which hosts it is."),
        Place(path=reader.relative_to(root), task="Read its links: account or post?"),
        Place(path=seed.relative_to(root), task="Say which counts it shows, and when they compare."),
        Place(
            path=readme.relative_to(root), task="Once crawler/platforms.py is right: python docs/write_platforms.py."
        ),
    ]


def _facts(member: str, label: str) -> str:
    return (
        f"        {member}: PlatformFacts(\n"
        f'            label="{label}",\n'
        f'            how="{_HOW}",\n'
        f'            shows="{_SHOWS}",\n'
        f'            hides="{_HIDES}",\n'
        "        ),"
    )


def _with_host(text: str, words: dict[str, str]) -> str:
    """Its host, as the first of those that are asked."""
    host = f'        (r"{words["name"]}\\.example", Platform.{words["NAME"]}),\n'
    return text.replace("    for pattern, platform in (\n", f"    for pattern, platform in (\n{host}", 1)


def _inserted(text: str, path: str, holder: str, lines: str) -> str:
    """``text`` with ``lines`` behind the last entry of the class, dictionary or ``Literal`` named ``holder``."""
    for node in ast.parse(text).body:
        names = [getattr(target, "id", "") for target in getattr(node, "targets", [getattr(node, "target", None)])]
        if isinstance(node, ast.ClassDef) and node.name == holder:
            entries: Sequence[ast.stmt | ast.expr] = [each for each in node.body if isinstance(each, ast.Assign)]
        elif holder in names and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            entries = _entries(node.value)
        else:
            continue
        end = max(each.end_lineno or 0 for each in entries)
        rows = text.splitlines()
        if not rows[end - 1].rstrip().endswith(("," if not isinstance(node, ast.ClassDef) else "", '"', ")")):
            rows[end - 1] += ","
        return "\n".join([*rows[:end], *lines.splitlines(), *rows[end:]]) + "\n"
    raise ScaffoldError(f"{path} has no {holder} any more; add {lines.strip()!r} where platforms are listed.")


def _entries(value: ast.expr) -> list[ast.expr]:
    """The values of a dictionary (also inside a call), or the members of a ``Literal``."""
    if isinstance(value, ast.Call):
        return _entries(value.args[0])
    if isinstance(value, ast.Dict):
        return list(value.values)
    if isinstance(value, ast.Subscript):
        return list(value.slice.elts) if isinstance(value.slice, ast.Tuple) else [value.slice]
    raise ScaffoldError("a list of platforms is written in another way than expected; extend it by hand.")


# ---------------------------------------------------------------- fixtures


def _write_fixtures(root: Path, words: dict[str, str]) -> list[Path]:
    name, label = words["name"], words["label"]
    base = f"https://api.{name}.example/{name}/api/accounts/acme"
    account = {
        "account": {
            "id": 41, "handle": "acme", "name": "Acme Kettles", "bio": "Kettles since 1902.",
            "url": f"https://{name}.example/acme", "followers": 1204,
        }
    }  # fmt: skip
    posts = {
        "posts": [
            {
                "id": 7, "kind": "photo", "text": "A new kettle #copper", "published": "2026-11-20T08:00:00Z",
                "url": f"https://{name}.example/acme/7", "likes": 31, "comments": 0,
                "media": [{"kind": "photo", "url": f"https://{name}.example/7.jpg", "width": 1080, "height": 1350}],
            }
        ],
        "next": f"{base}/posts?page=2",
    }  # fmt: skip
    gone = {"outcome": "not_found", "message": f"acme on {label} does not exist (404); check the link in the list."}
    no_list = {"outcome": "layout_changed", "message": f"acme on {label}: the answer holds no list of posts."}
    profile = {
        "platform": name, "host": "", "native_account_id": "41", "handle": "acme", "url": f"https://{name}.example/acme",
        "name": "Acme Kettles", "bio": "Kettles since 1902.", "follower_count": 1204,
    }  # fmt: skip
    post = {
        "platform": name, "host": "", "native_id": "7", "account": "acme", "url": f"https://{name}.example/acme/7",
        "role": "original", "format": "image", "text": "A new kettle #copper", "published_at": "2026-11-20T08:00:00Z",
        "published_precision": "second",
        "media": [{"kind": "image", "url": f"https://{name}.example/7.jpg", "width": 1080, "height": 1350}],
        "hashtags": ["copper"],
        "metrics": {
            "like_count": 31, "comment_count": 0,
            "missing": {"share_count": "not_public", "view_count": "not_public"},
        },
    }  # fmt: skip
    asked = [{"url": f"{base}/posts?page=1", "kind": "listing", "method": "GET"}]
    more = [{"url": f"{base}/posts?page=2", "kind": "listing", "method": "GET"}]
    listing = f"{base}/posts?page=1"
    full = root / "fixtures" / f"crawler.pages.{name}.AccountPage"
    some = root / "fixtures" / f"crawler.pages.{name}.PostsPage"
    return [
        _write_fixture(full / "account", base, 200, account, "output", {"profile": profile, "next_requests": asked}),
        _write_fixture(full / "not-found", base, 404, {"error": "not found"}, "exception", gone),
        _write_fixture(some / "photo-post", listing, 200, posts, "output", {"posts": [post], "next_requests": more}),
        _write_fixture(some / "no-list-in-answer", listing, 200, {"items": []}, "exception", no_list),
    ]


def _write_fixture(folder: Path, url: str, status: int, body: object, kind: str, said: object) -> Path:
    info = {
        "url": url,
        "status": status,
        "headers": [["Content-Type", "application/json; charset=utf-8"]],
        "_encoding": None,
        "type": "HttpResponse",
    }
    for path, value in (
        ("inputs/HttpResponse-body.html", body),
        ("inputs/HttpResponse-info.json", info),
        ("inputs/crawler.pages.base.Capture.json", {"fetched_at": "2026-11-22T09:00:00Z"}),
        (f"{kind}.json", said),
    ):
        _new(folder / path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    return folder
