"""Nothing is hard-coded: in a language whose every letter bears an accent, no plain letter of ours is left.

The catalogue is made from ``reports.pot``: ``%(number)s posts`` becomes ``[%(number)s ṗóšŧš]``. What strangers wrote,
names, SQL, commands in ``<code>``, dates and names of languages stay as they are.
"""

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import duckdb
import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from lxml import html as markup

import reports
from reports import words
from reports.brief import BriefReport, write_brief
from reports.filters import clean
from reports.page import formats_of
from reports.serve import Room
from reports.todo import write_todo

HOME = Path(reports.__file__).parent
ACCENTED: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒğĥíĵķłɱñóþɋřšŧúṽŵẋýžÁɃÇĐÉƑĞĤÍĴĶŁṀÑÓÞɊŘŠŦÚṼŴẊÝŽ",
)
KEPT = re.compile(r"(%\(\w+\)s|%%|<code>.*?</code>|<[^>]+>)")
SHOWN_ATTRIBUTES = (
    "alt",
    "aria-label",
    "title",
    "placeholder",
    "data-copy",
    "data-copied",
    "data-selected",
)
ENGLISH = Locale("en")
NAMES = sorted(
    {
        *("Rivalscope", "Zeeschuimer", "Firefox", "Europe/Berlin", "UTC"),
        *(name for name in words.PLATFORMS.values()),
        *ENGLISH.months["format"]["abbreviated"].values(),
        *ENGLISH.days["stand-alone"]["wide"].values(),
        *ENGLISH.languages.values(),
    },
    key=len,
    reverse=True,
)
TEMPLATE = HOME / "locale" / "reports.pot"


def accented(message: str) -> str:
    pieces = KEPT.split(message)
    return "[" + "".join(piece if KEPT.fullmatch(piece) else piece.translate(ACCENTED) for piece in pieces) + "]"


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the accented catalogue as English, and as Hebrew, which is written from the right."""
    folder = tmp_path_factory.mktemp("catalogues")
    with TEMPLATE.open("rb") as file:
        found = read_po(file)
    for language in ("en", "he"):
        made = Catalog(locale=language, charset="utf-8")
        for message in found:
            if isinstance(message.id, tuple | list):
                forms = [accented(message.id[0])] + [accented(message.id[1])] * (made.num_plurals - 1)
                made.add(tuple(message.id), tuple(forms))
            elif message.id:
                made.add(message.id, accented(message.id))
        path = folder / language / "LC_MESSAGES" / "reports.po"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_po(file, made)
    return folder


def strangers_words(snapshot: Path) -> str:
    """All texts of the marts that are not ours (those are to be translated), one after the other."""
    with TEMPLATE.open("rb") as file:
        ours = {message.id for message in read_po(file)}
    texts: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str) and value not in ours:
            texts.append(clean(value))
        elif isinstance(value, dict):
            collect(list(value.values()))
        elif isinstance(value, list | tuple):
            for each in value:
                collect(each)

    with duckdb.connect(str(snapshot), read_only=True) as connection:
        for (mart,) in connection.execute(
            "select distinct table_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall():
            collect(connection.execute(f"select * from marts.{mart}").fetchall())
    return "\n".join(dict.fromkeys(texts))


def plain_words(text: str) -> list[str]:
    """Words without an accent that are no names."""
    for name in NAMES:
        text = text.replace(name, "")
    return re.findall(r"[A-Za-z]{2,}", text)


def shown_texts(document: markup.HtmlElement) -> Iterator[tuple[str, bool]]:
    """Every visible or spoken text, and whether it stands where strangers' words stand."""
    unspoken = "ancestor::pre or ancestor::code or ancestor::script or ancestor::style"
    for text in document.xpath(f"//text()[not({unspoken})]"):
        holder = text.getparent().getparent() if text.is_tail else text.getparent()
        is_strange = any(each.tag == "bdi" or each.tag == "svg" for each in (holder, *holder.iterancestors()))
        yield str(text), is_strange
    for name in SHOWN_ATTRIBUTES:
        for value in document.xpath(f"//@{name}"):
            yield str(value), name == "alt"


def left_plain(page: str, strangers: str) -> list[str]:
    """Texts of a page that no catalogue gave."""
    found = []
    # what the invented marts say of their own, where real ones have the words of a seed
    invented = sorted((text for text in strangers.splitlines() if " " in text), key=len, reverse=True)
    for text, is_strange in shown_texts(markup.document_fromstring(page)):
        said = " ".join(text.split()).rstrip("…").lstrip("#")
        if plain_words(said):
            said = functools.reduce(lambda left, one: left.replace(one, ""), invented, said)
        if not plain_words(said) or (is_strange and said in strangers):
            continue
        if is_strange:
            # names of companies and hashtags among words of ours, as in the description of a chart
            said = re.sub(r"[^\s:;,(]+", lambda word: "" if word[0] in strangers else word[0], said)
        if plain_words(said):
            found.append(said)
    return found


@pytest.fixture(scope="session")
def accented_brief(
    snapshot: Callable[[str], Path], catalogues: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], BriefReport]:
    folder = tmp_path_factory.mktemp("accented")

    def make(market: str) -> BriefReport:
        path = folder / f"{market}.html"
        return write_brief(snapshot(market), path, catalogues=catalogues, also=["json", "md", "mail"])

    return make


@pytest.mark.parametrize("market", ["rich", "walled", "never-crawled", "half-failed"])
def test_no_letter_of_ours_is_hard_coded(
    market: str, snapshot: Callable[[str], Path], accented_brief: Callable[[str], BriefReport]
) -> None:
    strangers = strangers_words(snapshot(market))
    report = accented_brief(market)
    assert left_plain(report.path.read_text(encoding="utf-8"), strangers) == []
    assert "ṽéř" in report.path.read_text(encoding="utf-8")
    mail = report.path.with_suffix(".mail.html").read_text(encoding="utf-8")
    assert left_plain(mail, strangers) == []
    lines = report.path.with_suffix(".md").read_text(encoding="utf-8").replace("\\", "").splitlines()
    told = [
        re.sub(
            r"[^\s|…]+",
            lambda word: "" if word[0].strip(",:") in strangers else word[0],
            re.sub(r"<http\S+>", "", line),
        )
        for line in lines
    ]
    assert [line for line in told if plain_words(line)] == []


def test_nothing_is_hard_coded_in_the_reading_room_and_the_list_of_what_to_save(
    snapshot: Callable[[str], Path], accented_brief: Callable[[str], BriefReport], catalogues: Path, tmp_path: Path
) -> None:
    folder = accented_brief("rich").path.parent
    accented_brief("half-failed")
    room = Room(folder, formats=formats_of(timezone="UTC", catalogues=catalogues))
    strangers = strangers_words(snapshot("rich")) + strangers_words(snapshot("half-failed"))
    names = "".join(f"{brief.name} {' '.join(brief.others)} " for brief in room.kept())
    for page in (room.index(), room.comparison("half-failed", "rich")):
        plain = [text for text in left_plain(page, strangers) if not all(word in names for word in plain_words(text))]
        assert plain == []
    path = write_todo(snapshot("walled"), tmp_path / "todo.html", inbox="in", catalogues=catalogues).path
    assert left_plain(path.read_text(encoding="utf-8"), strangers_words(snapshot("walled"))) == []


def test_a_hard_coded_word_is_found(
    accented_brief: Callable[[str], BriefReport], snapshot: Callable[[str], Path]
) -> None:
    page = accented_brief("rich").path.read_text(encoding="utf-8")
    strangers = strangers_words(snapshot("rich"))
    for slip in (
        "<p>Nothing stands out.</p>",
        '<img alt="Diagram">',
        "<p>12 <bdi>zorgs</bdi></p>",
        '<p aria-label="Chart"></p>',
    ):
        assert len(left_plain(page.replace("<footer>", f"<footer>{slip}"), strangers)) == 1


def test_a_page_in_a_language_from_the_right_says_so(
    snapshot: Callable[[str], Path], catalogues: Path, tmp_path: Path
) -> None:
    report = write_brief(snapshot("rich"), tmp_path / "he.html", language="he", catalogues=catalogues, also=["mail"])
    for path in (report.path, tmp_path / "he.mail.html"):
        page = markup.document_fromstring(path.read_text(encoding="utf-8"))
        assert (page.get("lang"), page.get("dir")) == ("he", "rtl")
    document = markup.document_fromstring(report.path.read_text(encoding="utf-8"))
    assert {drawing.get("direction") for drawing in document.xpath("//svg")} == {"ltr"}
