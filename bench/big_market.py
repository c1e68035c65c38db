"""A market of any size, written straight into the raw tables of a warehouse.

Invented, but shaped like what a crawl brings: platforms with their own shown counts and ages, accounts whose sizes
differ by orders of magnitude, texts of very different length in eight languages out of words that follow Zipf's law,
with phrases of our own lists, hashtags, links, questions, prices, emojis and media; counts that grow with age and are
seen four times a post, some of them unknown; posts seen with changed text, posts that went away. Nothing is random:
everything hangs on the post's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import duckdb

from analysis.warehouse import open_warehouse

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
BATCH = 1_000_000
SEEN_TIMES = 4

SYLLABLES = {
    "en": "ba co de fa gri ho in ka le mo ne ou pe ra sho te un ver wi ton ing er",
    "es": "al ba ca der es fu gue ha in ja la mo nue os par que ri sa tra vo ción ita",
    "de": "an be sch der ein fu ge haus in ja ken lich mu nung ober pf re st tür über vor zeit",
    "fr": "au be ché de eau fleu gé ho il je lle mon nou oi pré que ré sou très un vie tion",
    "pt": "ão ba ca de es fi ga ho im jo lha me nho os pra que ri sa tu vai xi ção",
    "it": "al be ca di ella fi gli ho in la mo nno oro pia que ri sta tto un vo zione ssa",
    "hi": "का की के को में से है था पर वह यह ना रा ला मा सा ता दा या हो जी गा",
    "ja": "あい うえ おか きく けこ さし すせ そた ちつ てと なに ぬね のは ひふ へほ まみ むめ もや ゆよ らり るれ",
}
PLATFORMS = {  # platform → host of a self-hosted network ('' for the others), share of the accounts
    "mastodon": ("social.example", 0.18),
    "bluesky": ("", 0.16),
    "web": ("site", 0.14),
    "youtube": ("", 0.12),
    "instagram": ("", 0.12),
    "facebook": ("", 0.08),
    "telegram": ("", 0.08),
    "reddit": ("", 0.06),
    "linkedin": ("", 0.06),
    # only where companies are on every network
    **dict.fromkeys(("x", "tiktok", "threads", "pinterest", "tumblr", "substack"), ("", 0.0)),
    "peertube": ("tube.example", 0.0),
    "misskey": ("key.example", 0.0),
    "discourse": ("forum.example", 0.0),
}

MACROS = """
-- a number in [0, 1) that hangs on a row's number and a name; hashed twice, as one hash of two values is the exclusive
-- or of theirs, and names would go together
create or replace temporary macro chance(number, name) as hash(hash(number, name)) / 18446744073709551616.0;
create or replace temporary macro pick(number, name, size) as (hash(hash(number, name)) % (size)::ubigint)::bigint;
create or replace temporary macro normal(number, name) as
    sqrt(-2 * ln(1 - chance(number, name))) * cos(2 * pi() * chance(number, name || '*'));
"""

# Zipf's law over 4,000 words; every fifth sentence holds a phrase of our lists.
SENTENCES = """
create or replace temporary table sentences as
with languages as (
    select language, string_split(syllables, ' ') as syllables
    from (select unnest($languages) as language, unnest($syllables) as syllables)
),
lexicon as (
    select language, rank, list_aggregate(
        list_transform(
            range(1 + pick(rank, language || 'n', 4)),
            lambda i: syllables[1 + pick(rank * 10 + i, language, 21)]
        ), 'string_agg', ''
    ) as word
    from languages cross join range(4000) as ranks (rank)
),
phrases as (
    select language, phrase, row_number() over (partition by language order by phrase) as rank,
        count(*) over (partition by language) as phrase_count
    from (
        select coalesce(language, 'en') as language, phrase from read_csv($post_types)
        union
        select language, phrase from read_csv($calls)
    )
    where not contains(phrase, '<') and not contains(phrase, '0') and not contains(phrase, '?')
),
numbered as (
    select row_number() over (order by language, number) as id, number, language
    from languages cross join range($pool_size) as numbers (number)
),
placed as (
    select *, (exp(chance(id * 20 + place, 'word') * ln(4000)) - 1)::bigint as rank
    from (select *, unnest(range(4 + pick(id, 'length', 12))) as place from numbered)
),
spelt as (
    select placed.id, placed.language, placed.number,
        replace(
            string_agg(lexicon.word, ' ' order by placed.place), if(placed.language = 'ja', ' ', ''), ''
        ) as sentence
    from placed inner join lexicon using (language, rank)
    group by placed.id, placed.language, placed.number
),
phrased as (
    select spelt.*, phrases.phrase
    from spelt
    left join phrases
        on spelt.language = phrases.language and chance(spelt.id, 'phrase') < 0.2
        and 1 + pick(spelt.id, 'which', phrases.phrase_count) = phrases.rank
)
select
    language,
    number,
    upper(sentence[1]) || sentence[2:] || coalesce(' ' || phrase, '')
    || case when chance(id, 'end') < 0.1 then '?' when chance(id, 'end') < 0.25 then '!' else '.' end as sentence
from phrased
"""

ACCOUNTS = """
create or replace temporary table market_accounts as
with platforms as (
    select unnest($platforms) as platform, unnest($hosts) as host, unnest($shares) as share
),
ends as (
    select *, coalesce(sum(share) over (rows between unbounded preceding and 1 preceding), 0) as from_share,
        sum(share) over (rows unbounded preceding) as to_share,
        row_number() over () - 1 as place
    from platforms
),
drawn as (
    select number, platform,
        if(host = 'site', 'shop' || number || '.example', host) as host,
        if(host = 'site', 'shop' || number || '.example', 'shop' || number) as handle,
        'Company ' || if($is_everywhere, number // $network_count, number * 2 // 5) as company,
        ['en', 'en', 'en', 'en', 'es', 'es', 'de', 'de', 'fr', 'pt', 'it', 'hi', 'ja'][1 + pick(number, 'language', 13)]
            as language,
        exp(1.2 * normal(number, 'activity')) as weight,
        (800 * exp(1.8 * normal(number, 'followers')))::bigint + 20 as follower_count,
        3.0 + 1.3 * normal(number, 'size') as log_size
    from range($account_count) as numbers (number)
    inner join ends on if(
        $is_everywhere, number % $network_count = place,
        chance(number, 'platform') >= from_share and chance(number, 'platform') < to_share
    )
),
weighted as (
    select *, sum(weight) over (order by number) / sum(weight) over () as to_weight,
        sum(weight) over (order by number) / sum(weight) over () - weight / sum(weight) over () as from_weight
    from drawn
)
select weighted.*,
    md5(concat_ws(chr(31), platform, host, handle))::uuid as account_id,
    'https://' || if(host = '', platform || '.example', host) || '/' || handle as url,
    platforms.compare_age_hours
from weighted
inner join read_csv($platform_facts) as platforms using (platform)
order by number;

-- drawing an account by its weight is a look into a list
create or replace temporary table draws as
select slot, number from range(20000) as slots (slot)
inner join market_accounts on (slot + 0.5) / 20000 > from_weight and (slot + 0.5) / 20000 <= to_weight;

insert into raw.accounts by name
select account_id, url as account_key, platform, host, handle, url, company, [] as lists, 'active' as state,
    'list' as source, number < 2 as is_own, $started_at as observed_at, $started_at as loaded_at
from market_accounts;

insert into raw.profiles
select account_id, 'native' || number, handle, url, company, 'We make things.',
    ['https://shop' || number || '.example'], null, null, null, null, null,
    md5(handle), false, null, $started_at, $started_at
from market_accounts;

insert into raw.account_metrics
select account_id, (follower_count * (1 + 0.004 * week))::bigint, 100, 1000, map {}, map {},
    $started_at + to_days((week * 7)::integer), $started_at + to_days((week * 7)::integer)
from market_accounts cross join range($weeks + 1) as weeks (week);

insert into raw.crawls
select 'crawl-' || week, 'crawl', '1', 'bench', 1, 1, map {}, week_at, week_at, week_at, week_at
from (select week, $started_at + to_days((week * 7)::integer) as week_at from range($weeks + 1) as weeks (week));

insert into raw.visits
select 'crawl-' || week, account_id, 'complete', null, null, 2, 5, 1.0, false, null, week_at, week_at, week_at
from market_accounts
cross join (select week, $started_at + to_days((week * 7)::integer) as week_at from range($weeks + 1) as weeks (week))
"""

# Published in the order of their numbers, evenly over the span; the last at least an hour before the end.
NUMBERED = """
create or replace temporary table batch as
select
    post.number,
    accounts.*  exclude (number),
    accounts.number as account_number,
    md5(concat_ws(chr(31), platform, host, 'n' || post.number))::uuid as post_id,
    $started_at + to_microseconds(
        ($span_us * (post.number + chance(post.number, 'moment')) / $post_count)::bigint
    ) as published_at,
    case
        when chance(post.number, 'format') < 0.30 then 'text'
        when chance(post.number, 'format') < 0.62 then 'image'
        when chance(post.number, 'format') < 0.74 then 'video'
        when chance(post.number, 'format') < 0.84 then 'carousel'
        when chance(post.number, 'format') < 0.96 then 'link'
        when chance(post.number, 'format') < 0.99 then 'poll'
    end as format,
    case
        when chance(post.number, 'role') < 0.86 then 'original'
        when chance(post.number, 'role') < 0.93 then 'repost'
        when chance(post.number, 'role') < 0.97 then 'reply'
        else 'quote'
    end as role,
    pick(post.number, 'one', $pool_size) as one,
    case when chance(post.number, 'two?') < 0.7 then pick(post.number, 'two', $pool_size) end as two,
    case when chance(post.number, 'three?') < 0.4 then pick(post.number, 'three', $pool_size) end as three,
    case when chance(post.number, 'four?') < 0.15 then pick(post.number, 'four', $pool_size) end as four
from range($first, $last) as post (number)
inner join draws on pick(post.number, 'account', 20000) = draws.slot
inner join market_accounts as accounts on draws.number = accounts.number;

create or replace temporary table texts as
select
    batch.number,
    concat_ws(
        ' ',
        one.sentence, two.sentence, three.sentence, four.sentence,
        case when chance(batch.number, 'price') < 0.06 then '$' || pick(batch.number, 'amount', 300) end,
        case when chance(batch.number, 'emoji') < 0.25
            then ['☕', '🎉', '✨', '🚀'][1 + pick(batch.number, 'which', 4)] end,
        case when chance(batch.number, 'link') < 0.3
            then 'https://shop' || batch.account_number || '.example/p/' || batch.number || '?utm=x' end,
        case when chance(batch.number, 'hashtags') < 0.35
            then '#tag' || pick(batch.number, 'tag', 400) || ' #tag' || pick(batch.number, 'tag2', 40) end
    ) as text
from batch
left join sentences as one on batch.language = one.language and batch.one = one.number
left join sentences as two on batch.language = two.language and batch.two = two.number
left join sentences as three on batch.language = three.language and batch.three = three.number
left join sentences as four on batch.language = four.language and batch.four = four.number
"""

POSTS = """
insert into raw.posts by name
select
    batch.post_id, batch.account_id, batch.platform, batch.host, 'n' || batch.number as native_id,
    batch.handle as account, batch.url || '/' || batch.number as url, batch.role, batch.format,
    case when batch.platform in ('web', 'youtube') then 'Title of ' || left(texts.text, 40) end as title,
    texts.text || versions.suffix as text,
    case when chance(batch.number, 'told') < 0.85 then batch.language end as language,
    if(chance(batch.number, 'precision') < 0.92, 'second', 'day') as published_precision,
    case
        when batch.format in ('image', 'carousel') then list_transform(
            range(if(batch.format = 'image', 1, 2 + pick(batch.number, 'media', 5))),
            lambda i: {
                'kind': 'image', 'url': batch.url || '/' || batch.number || '-' || i || '.jpg',
                'width': 600 + 120 * pick(batch.number, 'width', 9)::integer,
                'height': 600 + 120 * pick(batch.number, 'height', 9)::integer, 'duration_seconds': null::double,
                'alt_text': case when chance(batch.number, 'alt') < 0.4 then left(texts.text, 60) end
            }
        )
        when batch.format = 'video' then [{
            'kind': 'video', 'url': batch.url || '/' || batch.number || '.mp4', 'width': 1920, 'height': 1080,
            'duration_seconds': 5 + 900 * chance(batch.number, 'duration') ** 3, 'alt_text': null
        }]
        else []
    end as media,
    case when chance(batch.number, 'hashtags') < 0.35
        then ['tag' || pick(batch.number, 'tag', 400), 'tag' || pick(batch.number, 'tag2', 40)] else [] end as hashtags,
    case when chance(batch.number, 'mentions') < 0.15
        then ['friend' || pick(batch.number, 'friend', 5000)] else [] end as mentions,
    case when chance(batch.number, 'link') < 0.3
        then ['https://shop' || if(chance(batch.number, 'own') < 0.6, batch.account_number, 7) || '.example/p/'
            || batch.number] else [] end as links,
    'crawl' as source,
    md5(batch.number || versions.suffix) as content_hash,
    versions.suffix != '' as is_edited,
    false as is_pinned,
    case when chance(batch.number, 'paid') < 0.01 then true end as is_promoted_label,
    batch.published_at,
    batch.published_at + to_microseconds((3600000000 * versions.hours)::bigint) as observed_at,
    batch.published_at + to_microseconds((3600000000 * versions.hours)::bigint) as loaded_at
from batch
inner join texts using (number)
inner join (values ('', 0.5, 1.0), (' (updated)', 20.0, 0.03)) as versions (suffix, hours, share)
    on chance(batch.number, 'edited') < versions.share
    and batch.published_at + to_microseconds((3600000000 * versions.hours)::bigint) <= $now
order by batch.number
"""

# Seen at parts of three times the age at which the platform is compared, or of the age that a young post has.
METRICS = """
insert into raw.post_metrics by name
with seen as (
    select
        batch.*,
        least(3.0 * compare_age_hours, epoch_us($now) / 3.6e9 - epoch_us(published_at) / 3.6e9)
        * $part * (0.9 + 0.1 * chance(number, 'seen' || $part)) as age
    from batch
),
grown as (
    select
        *,
        exp(
            log_size + 1.1 * normal(number, 'noise')
            + case format when 'video' then 0.5 when 'carousel' then 0.3 when 'link' then -0.4 else 0 end
        ) * (1 - exp(-age / (compare_age_hours * 0.3))) as size
    from seen
)
select
    post_id,
    case when platform != 'web' and chance(number, 'unknown') > 0.02 then size::bigint end as like_count,
    case when platform != 'telegram' then (size * 0.1 * (0.5 + chance(number, 'talk')))::bigint end as comment_count,
    case when platform in ('mastodon', 'bluesky', 'facebook') then (size * 0.2 * chance(number, 'share'))::bigint end
        as share_count,
    case when platform in ('youtube', 'telegram') then (size * (20 + 40 * chance(number, 'view')))::bigint end
        as view_count,
    map {'save_count': 'not_public', 'quote_count': 'not_public'} as missing,
    case when size > 10000 then map {'like_count': 3} else map {} end as rounded,
    map {} as reactions,
    'crawl' as source,
    published_at + to_microseconds((age * 3.6e9)::bigint) as observed_at,
    published_at + to_microseconds((age * 3.6e9)::bigint) as loaded_at
from grown
order by number
"""

ABSENCES = """
insert into raw.absences
select post_id, account_id, 'gone', 404, $now - interval 1 hour, $now - interval 1 hour
from batch
where chance(number, 'gone') < 0.01
"""


@dataclass(frozen=True, kw_only=True)
class BigMarket:
    """How large, and over how many weeks before ``NOW`` its posts were published."""

    post_count: int
    account_count: int = 1_000
    weeks: int = 26
    pool_size: int = 20_000
    """Different sentences a language; a post's text is made of one to four."""
    is_everywhere: bool = False
    """Whether each company has an account on every network, rather than two or three on the larger ones."""

    def write(self, warehouse: Path) -> None:
        """Fill a new warehouse: ``post_count`` posts, four snapshots each."""
        with open_warehouse(warehouse, now=NOW) as connection:
            self._prepare(connection)
            self.add_posts(connection, 0, self.post_count)
            connection.execute("checkpoint")

    def add_posts(self, connection: duckdb.DuckDBPyConnection, first: int, last: int) -> None:
        """The posts with these numbers; those from ``post_count`` on would be published after ``NOW``."""
        for start in range(first, last, BATCH):
            span = {"first": start, "last": min(start + BATCH, last)}
            _run(connection, NUMBERED, {**self._values(), **span})
            _run(connection, POSTS, {"now": NOW})
            for part in (0.1, 0.32, 0.6, 1.0)[:SEEN_TIMES]:
                _run(connection, METRICS, {"now": NOW, "part": part})
            _run(connection, ABSENCES, {"now": NOW})

    def _prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        _run(connection, MACROS, {})
        _run(connection, SENTENCES, self._values())
        _run(connection, ACCOUNTS, self._values())

    def _values(self) -> dict[str, object]:
        seeds = Path(str(files("analysis"))) / "seeds"
        started_at = NOW - timedelta(weeks=self.weeks)
        return {
            "languages": list(SYLLABLES),
            "syllables": list(SYLLABLES.values()),
            "pool_size": self.pool_size,
            "post_types": str(seeds / "post_type_rules.csv"),
            "calls": str(seeds / "call_to_action_phrases.csv"),
            "platform_facts": str(seeds / "platforms.csv"),
            "platforms": list(PLATFORMS),
            "hosts": [host for host, _ in PLATFORMS.values()],
            "shares": [share for _, share in PLATFORMS.values()],
            "account_count": self.account_count,
            "is_everywhere": self.is_everywhere,
            "network_count": len(PLATFORMS),
            "weeks": self.weeks,
            "post_count": self.post_count,
            "started_at": started_at,
            "span_us": (self.weeks * 7 * 24 - 1) * 3_600_000_000,
        }


def _run(connection: duckdb.DuckDBPyConnection, script: str, values: dict[str, object]) -> None:
    """Each statement with those of the values that it names."""
    for statement in duckdb.extract_statements(script):
        named = {name: values[name] for name in statement.named_parameters}
        connection.execute(statement, named or None)
