"""Every mistake in rivalscope.toml is one sentence with its line and how to mend it; edits keep what the user wrote."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import account_list
from crawler.account_list import Added, ListError, Wanted
from crawler.config import Config, ConfigError, find_config, load_config, parse_config
from crawler.items import Platform

ACCOUNT = '[[accounts]]\ncompany = "Acme"\nurl = "https://acme.example/blog"\n'


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        parse_config(text)
    assert refused.value.problems
    assert all("\n" not in problem for problem in refused.value.problems)
    return list(refused.value.problems)


def test_a_whole_file() -> None:
    config = parse_config(
        """
contact = "https://example.org/who-asks"
timezone = "Europe/Berlin"
horizon_days = 30
[network]
own_hosts = ["127.0.0.1:8001", "Shop.Test"]
page_budget = 50
min_delay_seconds = 5
[platforms.bluesky]
api_url = "http://127.0.0.1:9000/"
[[accounts]]
company = "Acme"
url = "https://acme.example/blog"
own = true
lists = ["coffee", "tea"]
[[accounts]]
company = "Beta"
url = "https://social.example/@beta"
paused = true
platform = "misskey"
"""
    )
    assert config.horizon_days == 30
    assert config.own_hosts == ("127.0.0.1:8001", "shop.test", "127.0.0.1:9000")
    assert config.base_urls["bluesky"] == "http://127.0.0.1:9000"
    acme, beta = config.accounts
    assert (acme.link.host, acme.own, acme.lists, acme.state) == ("acme.example", True, ("coffee", "tea"), "active")
    assert (beta.link.platform, beta.state) == (Platform.MISSKEY, "paused")
    assert config.active_accounts == (acme,)


def test_an_empty_file_has_all_defaults() -> None:
    config = parse_config("")
    assert config == Config()
    assert config.base_urls["bluesky"] == "https://public.api.bsky.app"
    assert config.base_urls["x"] == "https://api.x.com"
    assert config.base_urls["x.site"] == "https://x.com"
    assert config.own_hosts == ()


def test_interface_and_site_of_a_network_can_be_elsewhere_and_are_then_own_hosts() -> None:
    config = parse_config('[platforms.x]\napi_url = "http://127.0.0.1:9000/"\nsite_url = "http://10.0.0.7"\n')
    assert config.base_urls["x"] == "http://127.0.0.1:9000"
    assert config.base_urls["x.site"] == "http://10.0.0.7"
    assert config.own_hosts == ("127.0.0.1:9000", "10.0.0.7")


MISTAKES = {
    "an unknown key": ('contct = "x"\n', 1, "unknown key 'contct'; did you mean contact?"),
    "an unknown key without a near one": ("\nzzz = 1\n", 2, "unknown key 'zzz'; remove it."),
    "an unknown key in a table": ("[network]\npage_bugdet = 3\n", 2, "in [network]; did you mean page_budget?"),
    "an unknown key of an account": (ACCOUNT + 'ulr = "x"\n', 4, "did you mean url?"),
    "a missing key": (ACCOUNT + '[[accounts]]\ncompany = "B"\n', 4, "has no url; add: url ="),
    "a text instead of a number": ('horizon_days = "84"\n', 1, "whole number, without quotes"),
    "a text instead of true": (ACCOUNT + 'own = "yes"\n', 4, "true or false, without quotes"),
    "a number instead of a text": ("timezone = 1\n", 1, "text in quotes"),
    "a text instead of a list": (ACCOUNT + 'lists = "coffee"\n', 4, "a list in brackets"),
    "a value instead of a table": ("network = 3\n", 1, "must be a table: write [network]"),
    "one bracket instead of two": ('[accounts]\ncompany = "A"\n', 1, "write [[accounts]] with two brackets"),
    "an unknown time zone": ('timezone = "Europe/Berln"\n', 1, "did you mean Europe/Berlin"),
    "a zone that is a path": ('timezone = "../etc/passwd"\n', 1, "is no time zone"),
    "a contact that reaches nobody": ('contact = "me"\n', 1, "must be a mailbox or a page"),
    "a contact with a line break": ('contact = "https://a.example/x\\nEvil: 1"\n', 1, "must be a mailbox or a page"),
    "an own host with a scheme": (
        '[network]\nown_hosts = [\n  "http://127.0.0.1:8001/x",\n]\n', 2, 'like "127.0.0.1:8001"'),
    "a delay below two seconds": ("[network]\nmin_delay_seconds = 0.5\n", 2, "the least is 2.0"),
    "a budget above all reason": ("[network]\npage_budget = 10000000\n", 2, "the most is 100000"),
    "an unknown outcome": ('[analysis]\noutcomes = ["engagement", "like"]\n', 2, "did you mean likes?"),
    "an outcome that is no list": ('[analysis]\noutcomes = "likes"\n', 2, "a list in brackets"),
    "a section that there is none": ('[brief]\nhide = ["leage"]\n', 2, "did you mean league?"),
    "a section that stays": ('[brief]\nhide = ["coverage"]\n', 2, "always stays"),
    "an accent that is no colour": ('[brief]\naccent = "blue"\n', 2, "is no colour"),
    "a locale that there is none": ('[brief]\nlocale = "xx-nowhere"\n', 2, "is no locale"),
    "a language that there is none": ('[brief]\nlanguage = "xx-nowhere"\n', 2, "is no locale"),
    "an unknown key of the analysis": ('[analysis]\noutcome = ["likes"]\n', 2, "did you mean outcomes?"),
    "an unknown platform": ('[platforms.blusky]\napi_url = "https://a.example"\n', 1, "did you mean bluesky?"),
    "an address for what has none": ('[platforms.mastodon]\napi_url = "https://a.example"\n', 1, "no single address"),
    "a switch for what needs none": ("[platforms.bluesky]\nenabled = true\n", 1, "needs no switch"),
    "a quota for what has none": ("[platforms.x]\nunits_per_day = 5\n", 1, "Only YouTube counts units"),
    "a site for what has none": ('[platforms.bluesky]\nsite_url = "https://a.example"\n', 1, "site_url; remove it"),
    "an address with a password": ('[platforms.x]\napi_url = "https://a:b@c.example"\n', 2, "is no http(s) address"),
    "an address that is none": ('[platforms.bluesky]\napi_url = "a.example"\n', 2, "is no http(s) address"),
    "a platform that is none": (ACCOUNT + 'platform = "mastdon"\n', 4, "did you mean mastodon?"),
    "a url that is a handle": ('[[accounts]]\ncompany = "A"\nurl = "@acme"\n', 3, "on which network"),
    "a url that is a post": (
        '[[accounts]]\ncompany = "A"\nurl = "https://x.com/acme/status/1"\n', 3, "add https://x.com/acme"),
    "a url with a forbidden scheme": ('[[accounts]]\ncompany = "A"\nurl = "file:///etc/passwd"\n', 3, "only http"),
    "an empty company": ('[[accounts]]\ncompany = " "\nurl = "https://a.example"\n', 2, "a name"),
    "the same account twice": (
        ACCOUNT + '[[accounts]]\ncompany = "B"\nurl = "https://www.acme.example/blog/"\n', 6, "as on line 3"),
    "a name that is too long": ('[brief]\nname = "' + "x" * 121 + '"\n', 2, "is too long; the most is 120 characters."),
    "a path that no disk has": ('[brief]\nlogo = "\\u0000"\n', 2, "logo holds a character, or a name of more than 255"),
    "a folder that no disk has": ('[deliver.to.a]\nfolder = "' + "x" * 256 + '"\n', 2, "that no path has"),
    "a platform that is a number": (ACCOUNT + "platform = 1\n", 4, "platform must be text in quotes, not 1."),
    "no columns": ('[[imports]]\nheaders = []\ncolumns = { url = "a" }\n', 2, "headers is empty; write at least 1."),
    "a value that is long": (ACCOUNT + 'own = "' + "x" * 99 + '"\n', 4, "x…."),
    "text without quotes": ("contact = me\n", 1, "text needs quotes"),
    "a key twice": ('contact = ""\ncontact = ""\n', 2, "second time"),
    "a table that never closes": ("[network\n", 1, "not TOML"),
    "a list that never closes": ("[network]\nown_hosts = [\n", 2, "not TOML"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_line(mistake: str) -> None:
    text, line, said = MISTAKES[mistake]
    (problem,) = problems(text)
    assert problem.startswith(f"rivalscope.toml line {line}: ")
    assert said in problem


def test_all_mistakes_come_at_once_in_the_order_of_the_file() -> None:
    found = problems('contct = ""\ntimezone = 1\n' + ACCOUNT + 'own = "x"\n')
    assert [problem.split(":")[0] for problem in found] == [f"rivalscope.toml line {line}" for line in (1, 2, 6)]


@given(st.text(max_size=200))
def test_any_text_is_a_configuration_or_sentences(text: str) -> None:
    try:
        parse_config(text)
    except ConfigError as error:
        assert error.problems


def test_the_project_is_found_upwards(tmp_path: Path) -> None:
    (tmp_path / "rivalscope.toml").write_text("")
    deep = tmp_path / "briefs" / "old"
    deep.mkdir(parents=True)
    assert find_config(deep) == tmp_path / "rivalscope.toml"
    with pytest.raises(ConfigError, match="rivalscope init"):
        find_config(Path("/"))


def test_a_file_that_is_not_utf8_or_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rivalscope.toml"
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(path)
    path.write_bytes("contact = 'ä'".encode("latin-1"))
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load_config(path)
    path.write_bytes(b"\xef\xbb\xbfhorizon_days = 7\n")
    assert load_config(path).horizon_days == 7


# --- edits ---


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "rivalscope.toml"
    account_list.write_new(path, contact="https://example.org/who-asks", timezone="Europe/Berlin")
    return path


def add(path: Path, *links: str, company: str | None = None, own_host: bool = False) -> list[Added]:
    return account_list.add(path, [Wanted(pasted=link, company=company) for link in links], own_host=own_host)


def test_a_new_file_is_commented_and_correct(project: Path) -> None:
    config = load_config(project)
    assert (config.contact, config.timezone, config.accounts) == ("https://example.org/who-asks", "Europe/Berlin", ())
    assert project.read_text().count("#") > 10
    with pytest.raises(ConfigError, match="exists already"):
        account_list.write_new(project, contact="", timezone="UTC")


def test_quotes_in_a_contact_do_not_break_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="contact"):
        account_list.write_new(tmp_path / "rivalscope.toml", contact='a"\nevil = 1', timezone="UTC")
    assert not (tmp_path / "rivalscope.toml").exists()


def test_adding_keeps_comments_and_says_what_was_not_added(project: Path) -> None:
    project.write_text(project.read_text().replace("# One block", "# my own remark\n# One block"))
    results = add(
        project, "mastodon.social/@acme", "@acme", "https://www.acme.example/blog", "https://acme.example/blog/"
    )
    assert [(each.link is not None, each.is_known) for each in results] == [
        (True, False),
        (False, False),
        (True, False),
        (True, True),
    ]
    assert "which network" in results[1].problem
    text = project.read_text()
    assert "# my own remark" in text
    assert [account.link.url for account in load_config(project).accounts] == [
        "https://mastodon.social/@acme",
        "https://www.acme.example/blog",
    ]


@pytest.mark.parametrize(
    ("link", "company"),
    [
        ("https://mastodon.social/@acme_coffee", "Acme coffee"),
        ("https://www.acme.co.uk/blog", "Acme"),
        ("https://blog.acme.com/", "Acme"),
        ("https://acme.github.io/", "Acme"),
        ("https://bsky.app/profile/acme.bsky.social", "Acme"),
        ("https://bsky.app/profile/acme.com", "Acme"),
        ("https://www.youtube.com/c/Acme", "Acme"),
        ("https://www.reddit.com/r/acme", "Acme"),
    ],
)
def test_a_company_is_guessed_from_the_link(project: Path, link: str, company: str) -> None:
    (added,) = add(project, link)
    assert added.company == company


def test_a_company_keeps_the_spelling_it_has(project: Path) -> None:
    add(project, "https://acme.example/", company="ACME")
    (added,) = add(project, "https://mastodon.social/@acme", company="Acme")
    assert added.company == "ACME"


def test_private_addresses_need_a_word(project: Path) -> None:
    (refused,) = add(project, "http://127.0.0.1:8001/blog")
    assert "--own-host http://127.0.0.1:8001/blog" in refused.problem
    add(project, "http://127.0.0.1:8001/blog", own_host=True)
    assert load_config(project).own_hosts == ("127.0.0.1:8001",)
    (second,) = add(project, "http://127.0.0.1:8001/news")
    assert second.link is not None


def test_own_hosts_are_named_where_there_was_no_network_table(tmp_path: Path) -> None:
    path = tmp_path / "rivalscope.toml"
    path.write_text(ACCOUNT)
    add(path, "http://127.0.0.1:8001/blog", own_host=True)
    config = load_config(path)
    assert config.own_hosts == ("127.0.0.1:8001",)
    assert len(config.accounts) == 2


def test_renaming_a_company_and_a_handle(project: Path) -> None:
    add(project, "https://acme.example/", "https://bsky.app/profile/acme.bsky.social", company="Acme")
    assert "2 accounts" in account_list.rename(project, "acme", "Acme Coffee")
    said = account_list.rename(project, "https://bsky.app/profile/acme.bsky.social", "bsky.app/profile/acme.example")
    assert "https://bsky.app/profile/acme.example" in said
    accounts = load_config(project).accounts
    assert {account.company for account in accounts} == {"Acme Coffee"}
    assert accounts[1].link.handle == "acme.example"
    with pytest.raises(ListError, match="stays on its platform"):
        account_list.rename(project, "https://acme.example/", "https://x.com/acme")
    with pytest.raises(ListError, match="did you mean Acme Coffee"):
        account_list.rename(project, "Acme Cofee", "x")
    add(project, "https://acme.example/two")
    with pytest.raises(ConfigError, match="same account"):
        account_list.rename(project, "https://acme.example/two", "https://acme.example/")


def test_an_account_that_moved_to_another_server_keeps_its_history(project: Path) -> None:
    add(project, "https://mastodon.social/@acme", "https://acme.example/", company="Acme")
    said = account_list.rename(project, "https://mastodon.social/@acme", "https://kettle.example/@acme")
    assert "part of its history" in said
    account_list.rename(project, "https://kettle.example/@acme", "https://cups.example/@acme")
    account, site = load_config(project).accounts
    assert (account.url, account.formerly) == (
        "https://cups.example/@acme",
        ("https://mastodon.social/@acme", "https://kettle.example/@acme"),
    )
    assert account.former_keys == account.formerly
    account_list.rename(project, "https://cups.example/@acme", "https://kettle.example/@acme")
    assert "https://kettle.example/@acme" not in load_config(project).accounts[0].former_keys
    assert "under the old address" in account_list.rename(project, site.url, "https://other.example/")
    assert load_config(project).accounts[1].former_keys == ()


@pytest.mark.parametrize(
    ("former", "said"),
    [
        ("https://acme.example/", "on another network"),
        ("https://cups.example/@acme", "is in the list, too"),
        ("no link", "no link"),
    ],
)
def test_a_mistake_in_where_an_account_was_is_named_with_its_line(project: Path, former: str, said: str) -> None:
    add(project, "https://cups.example/@acme", company="Acme")
    project.write_text(project.read_text() + f'formerly = ["{former}"]\n')
    with pytest.raises(ConfigError, match=said) as caught:
        load_config(project)
    assert f"line {len(project.read_text().splitlines())}" in str(caught.value)


def test_pausing_resuming_and_removing(project: Path) -> None:
    add(project, "https://acme.example/", "https://mastodon.social/@acme", company="Acme")
    add(project, "https://beta.example/", company="Beta")
    assert len(account_list.set_paused(project, "Acme", True)) == 2
    assert [account.company for account in load_config(project).active_accounts] == ["Beta"]
    account_list.set_paused(project, "mastodon.social/@acme", False)
    assert len(load_config(project).active_accounts) == 2
    assert account_list.remove(project, "acme") == ["https://acme.example/", "https://mastodon.social/@acme"]
    assert account_list.remove(project, "beta.example") == ["https://beta.example/"]
    assert load_config(project).accounts == ()
    add(project, "https://gamma.example/")
    assert len(load_config(project).accounts) == 1


def test_a_broken_file_is_never_written_over(project: Path) -> None:
    project.write_text('contct = "x"\n')
    with pytest.raises(ConfigError, match="line 1"):
        add(project, "https://acme.example/")
    assert project.read_text() == 'contct = "x"\n'


@pytest.mark.parametrize(
    "content",
    [
        b"competitor,url\nAcme,https://acme.example/blog\nBeta,beta.example\n",
        b"Acme,https://acme.example/blog\nBeta,beta.example\n",
        "\ufeffCompetitor;URL\r\nAcme;https://acme.example/blog\r\n;\r\nBeta;beta.example\r\n".encode(),
        "Competitor\tURL\nAcme\thttps://acme.example/blog\nBeta\tbeta.example\n".encode("utf-16"),
        b'sep=;\n"Acme";"https://acme.example/blog"\nBeta;beta.example;a remark\n',
    ],
)
def test_a_list_from_a_spreadsheet(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    wanted = account_list.read_list(path)
    assert [(each.company, each.pasted) for each in wanted] == [
        ("Acme", "https://acme.example/blog"),
        ("Beta", "beta.example"),
    ]
    assert all(each.where.startswith("list.csv:") for each in wanted)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no row"),
        (b"competitor,url\n", "no row"),
        (b"Acme\nBeta\n", "list.csv:1"),
        (b"PK\x03\x04xxxx", "export it as CSV"),
        (b"\x01\x00\x02\xff\xfe" * 50, "export it as CSV"),
    ],
)
def test_a_list_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ListError, match=said):
        account_list.read_list(path)
    with pytest.raises(ListError, match="cannot be read"):
        account_list.read_list(tmp_path / "nowhere.csv")


def test_a_list_with_a_time_of_its_own_is_not_told_with_the_others() -> None:
    account = f'{ACCOUNT}lists = ["coffee", "tea"]\n'
    receivers = '[deliver.to.bar]\nfolder = "bar"\nlists = ["coffee", "tea"]\n'
    assert parse_config(receivers + account).lists_told_together == ("coffee", "tea")
    own = '[schedule.lists.tea]\ncollect = []\ntell = "Friday 16:00"\n'
    config = parse_config(receivers + own + account)
    assert config.lists_told_together == ("coffee",)
    assert config.rhythm.list_tells == {"tea": (4, time(16))}
    (problem,) = problems(own.replace("Friday", "Fryday") + account)
    assert problem.startswith("rivalscope.toml line 3: tell is 'Fryday 16:00'; write a weekday and a time")
    assert problem.endswith("did you mean friday?")


def test_everything_that_is_wrong_with_a_receiver_is_said_at_once() -> None:
    text = """
[deliver.to.A]
folder = "x"
[deliver.to.b]
[deliver.to.c]
mail = ["anna@acme.example"]
folder = "x"
[deliver.to.d]
folder = "x"
tell = ["alerts"]
lists = ["none"]
region = "eu"
"""
    assert problems(text) == [
        "rivalscope.toml line 2: [deliver.to.A]: a receiver's name has small letters, digits, - and _ only.",
        "rivalscope.toml line 4: [deliver.to.b] needs one of mail, service, folder, bucket and has none.",
        "rivalscope.toml line 5: [deliver.to.c] needs one of mail, service, folder, bucket and has mail and folder.",
        "rivalscope.toml line 8: [deliver.to.d]: endpoint and region go with a bucket; remove them.",
        "rivalscope.toml line 10: [deliver.to.d]: a folder takes briefs and no alerts.",
        "rivalscope.toml line 11: [deliver.to.d]: no account is in the list 'none'.",
    ]
