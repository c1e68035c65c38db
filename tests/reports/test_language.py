"""Languages: catalogues are found, read, checked, and complete; what they lack is said in English."""

import subprocess
import sys
from pathlib import Path

import pytest

from reports.errors import LanguageError
from reports.filters import Formats
from reports.language import ENGLISH, read_language
from reports.page import formats_of

ROOT = Path(__file__).parent.parent.parent


def write_catalogue(folder: Path, language: str, *messages: str, plurals: str = "nplurals=2; plural=(n != 1);") -> Path:
    path = folder / language / "LC_MESSAGES" / "reports.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plurals}\\n"\n'
    path.write_text("\n".join([header, *messages]), encoding="utf-8")
    return path


def test_the_template_of_the_catalogues_is_what_the_code_says() -> None:
    written = subprocess.run(
        [sys.executable, "-c", "import write_strings as s; print(s.written(s.template()), end='')"],
        cwd=ROOT / "docs",
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    ).stdout.decode("utf-8")
    kept = (ROOT / "reports" / "locale" / "reports.pot").read_text(encoding="utf-8")
    assert written == kept, "run: make strings"


def test_english_needs_no_catalogue() -> None:
    assert read_language("en") is ENGLISH
    assert read_language("en-GB") is ENGLISH
    assert (ENGLISH.tag, ENGLISH.direction) == ("en", "ltr")


def test_own_words_go_before_ours_and_what_they_lack_falls_back(tmp_path: Path) -> None:
    write_catalogue(tmp_path, "fr", 'msgid "Videos"\nmsgstr "Vidéos"\n', 'msgid "Polls"\nmsgstr "Sondages"\n')
    write_catalogue(tmp_path, "fr_CA", 'msgid "Videos"\nmsgstr "Clips"\n')
    language = read_language("fr-CA", tmp_path)
    assert (language.tag, language.gettext("Videos"), language.gettext("Polls")) == ("fr-CA", "Clips", "Sondages")
    assert language.gettext("Articles") == "Articles"
    assert read_language("fr_CH", tmp_path).tag == "fr"


def test_each_language_counts_in_its_own_way(tmp_path: Path) -> None:
    polish = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    posts = 'msgid "%(number)s post"\nmsgid_plural "%(number)s posts"\n'
    forms = 'msgstr[0] "%(number)s post"\nmsgstr[1] "%(number)s posty"\nmsgstr[2] "%(number)s postów"\n'
    write_catalogue(tmp_path, "pl", posts + forms, plurals=polish)
    formats = Formats(locale="pl", timezone="UTC", language=read_language("pl", tmp_path))
    assert [formats.counted(count, "post") for count in (1, 3, 5, 12345)] == [
        "1 post",
        "3 posty",
        "5 postów",
        "12\xa0345 postów",
    ]


def test_the_words_may_be_of_one_language_and_the_numbers_of_another() -> None:
    formats = formats_of(timezone="UTC", locale="de-AT")
    assert formats.gettext("Videos") == "Videos"
    assert formats.share(0.125) == "12\xa0%"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ('msgid "%(number)s hours"\nmsgstr "%(count)s heures"\n', "is wrong, line "),
        ('msgid "%(number)s hours"\nmsgstr "%(number)d heures"\n', "is wrong, line "),
        ('msgid "%(number)s hours"\nmsgstr "100 % de %(number)s"\n', "a plain % is written %%"),
        ('msgid "%(number)s hours"\nmsgstr "%(number"\n', "is wrong, line "),
        ("Bonjour\n", "cannot be read"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[9] "c"\n', "cannot be read"),
    ],
)
def test_a_wrong_catalogue_is_one_sentence_with_its_place(message: str, said: str, tmp_path: Path) -> None:
    path = write_catalogue(tmp_path, "fr", message)
    with pytest.raises(LanguageError) as caught:
        read_language("fr", tmp_path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_language_without_catalogue_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(LanguageError, match=r"no catalogue for the language 'fi', only for .*en"):
        read_language("fi")
    with pytest.raises(LanguageError, match="no language 'xx-nowhere'"):
        read_language("xx-nowhere")
    with pytest.raises(LanguageError, match="no folder"):
        read_language("fr", tmp_path / "none")
