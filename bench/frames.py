"""A part of the analysis written in pandas, as one who knows it would write it: whole columns, never row by row.

From the tables as they are loaded to posts at equal age, the primary claims and the league. What it finds is held
against our own models, number by number: see ``disagreements``. What both take as given is in ``READS``.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd

READS = {
    "evaluations": "from intermediate.evaluations order by is_current",
    "platforms": "from seeds.platforms",
    "weights": "from seeds.count_weights",
    "accounts": """
        select ids.loaded_account_id::text as loaded_account_id, ids.account_id::text as account_id,
            accounts.platform, accounts.company, accounts.is_own, accounts.state
        from staging.stg_account_ids as ids
        inner join staging.stg_accounts as accounts using (account_id)
    """,
    "posts": """
        select rowid as content_row, post_id::text as post_id, account_id::text as account_id, platform, role, format,
            published_precision, published_at, text is null as has_no_text, content_hash, observed_at, loaded_at
        from raw.posts
    """,
    "metrics": """
        select rowid as counts_row, post_id::text as post_id, like_count::double as likes,
            comment_count::double as comments, share_count::double as shares, view_count::double as views,
            save_count is not null or quote_count is not null or cardinality(reactions) > 0 as has_other_counts,
            observed_at
        from raw.post_metrics
    """,
    "traits": "select post_id::text as post_id, format, post_type from intermediate.trait_levels",
    "results": """
        select post_id::text as post_id, follower_count::double as followers
        from intermediate.post_results
        where is_counted
    """,
    "followers": """
        select account_id::text as account_id, follower_count::double as followers, observed_at
        from staging.stg_account_metrics
        where follower_count is not null
    """,
    "company_weeks": "select week_start_date, platform, company from marts.company_weeks",
    "presence": "select company, platform, present_from, data_from from marts.presence",
}
"""What is read: raw tables with ids as texts (which pandas is fastest with), and what others make of them."""

KEYS = ["as_of", "basis", "platform", "dimension", "level"]
POOLED = [
    *("account_count", "accounts_up", "post_count", "mu", "mu_low", "mu_high", "next_low", "next_high", "tau"),
    *("error", "here_mean", "here_low", "here_high"),
]
DIMENSIONS = ("format", "post_type")
LEAST_POSTS = 3
LOGS = ("engagement", "likes", "comments", "shares", "views", "weighted")
Frames = dict[str, pd.DataFrame]


def read(connection: duckdb.DuckDBPyConnection) -> Frames:
    """The frames that the part starts from."""
    return {name: connection.execute(query).df() for name, query in READS.items()}


def part(tables: Frames) -> Frames:
    """Posts at equal age, own posts inside the windows, pooled effects, the league."""
    posts = _held(tables)
    metrics = _placed(tables["metrics"], posts, tables["evaluations"])
    shown = _shown_counts(tables, posts, metrics)
    aged = _equal_age(tables, posts, metrics, shown)
    counted = _counted(tables, posts, aged)
    pooled = pd.concat([_pooled(effects) for effects in _effects(tables, counted)])
    return {"equal_age": aged, "counted": counted, "pooled": pooled, "league": _league(tables, counted)}


def _held(tables: Frames) -> pd.DataFrame:
    """One row per post: the content that holds."""
    accounts = tables["accounts"].set_index("loaded_account_id")
    posts = tables["posts"]
    posts = posts[posts["observed_at"] <= tables["evaluations"]["as_of"].max()]
    posts = posts.assign(account_id=posts["account_id"].map(accounts["account_id"]))
    posts = posts[posts["account_id"].notna()]
    is_repeated = posts["post_id"].duplicated(keep=False)
    versions = posts[is_repeated]
    is_from_index = (versions["published_precision"] == "relative") | (
        versions["published_at"].isna() & versions["has_no_text"]
    )
    versions = versions.assign(
        is_from_index=is_from_index,
        version_count=versions.groupby("post_id")["post_id"].transform("size"),
        first_observed_at=versions.groupby("post_id")["observed_at"].transform("min"),
    )
    held = versions.sort_values(
        ["post_id", "is_from_index", "observed_at", "loaded_at", "content_hash"],
        ascending=[True, True, False, False, True],
    ).drop_duplicates("post_id")
    told = versions[versions["published_precision"] == "relative"].sort_values(
        ["observed_at", "loaded_at", "content_hash"], ascending=[True, False, True]
    )
    first_told = held.merge(told.drop_duplicates("post_id"), on="post_id", how="left", suffixes=("_held", ""))[
        "published_at"
    ].set_axis(held.index)
    held["published_at"] = first_told.where(held["published_precision"] == "relative", held["published_at"])
    alone = posts[~is_repeated]
    alone = alone.assign(version_count=1, first_observed_at=alone["observed_at"])
    return pd.concat([alone, held], ignore_index=True)


def _placed(metrics: pd.DataFrame, posts: pd.DataFrame, evaluations: pd.DataFrame) -> pd.DataFrame:
    """The observations of these posts in the order of time, with the number of the post."""
    metrics = metrics[metrics["observed_at"] <= evaluations["as_of"].max()]
    numbers = pd.Index(posts["post_id"]).get_indexer(metrics["post_id"])
    metrics = metrics.drop(columns="post_id").assign(post=numbers)
    return metrics[metrics["post"] >= 0].sort_values("observed_at")


def _shown_counts(tables: Frames, posts: pd.DataFrame, metrics: pd.DataFrame) -> pd.DataFrame:
    """By account: which counts make up its engagement."""
    accounts = tables["accounts"].drop_duplicates("account_id").merge(tables["platforms"], on="platform")
    accounts = accounts.set_index("account_id")
    own = posts[posts["role"].isin(["original", "quote"])]
    sites_of = tables["platforms"].loc[tables["platforms"]["is_by_site"], "platform"]
    by_site = own[own["platform"].isin(sites_of)]
    seen = metrics[metrics["post"].isin(by_site.index)]
    counts = ["likes", "comments", "shares"]
    stated = seen[counts].notna().groupby(seen["post"]).any()
    stated = stated[stated.any(axis=1)]
    halves = stated.groupby(by_site["account_id"].reindex(stated.index)).mean() >= 0.5
    sites = halves.reindex(accounts.index, fill_value=False)
    for count in counts:
        accounts[f"counts_{count}"] = np.where(accounts["is_by_site"], sites[count], accounts[f"counts_{count}"])
    return accounts


def _equal_age(tables: Frames, posts: pd.DataFrame, metrics: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Each post with the observations that count, and its counts at the age of comparison."""
    aged = posts[["post_id", "account_id", "published_at"]].join(
        shown[["compare_age_hours", "counts_likes", "counts_comments", "counts_shares"]], on="account_id"
    )
    looks = _looks(aged, metrics)
    for name in ("early", "mature", "counted"):
        look = looks[name]
        for column in (*LOGS[1:5], "age", "observed_at"):
            aged[f"{name}_{column}"] = look[column]
    shows_any = aged["counts_likes"] | aged["counts_comments"] | aged["counts_shares"]
    compare_age = aged["compare_age_hours"].to_numpy(dtype=float)
    interpolated = aged["early_age"].notna() & (aged["mature_age"] <= 2 * compare_age)
    early_age, mature_age = np.log(aged["early_age"]), np.log(aged["mature_age"])
    share = ((np.log(compare_age) - early_age) / (mature_age - early_age)).where(interpolated, 1.0)
    evaluations = tables["evaluations"]
    is_compared = (aged["published_at"] > evaluations["window_start"].min()) & (
        aged["published_at"] <= evaluations["window_end"].max()
    )
    weights = tables["weights"].set_index("count_name")["weight"].astype(float)
    for name in ("early", "mature", "counted"):
        shown_counts = {
            count: aged[f"{name}_{count}s"].where(aged[f"counts_{count}s"], 0.0)
            for count in ("like", "comment", "share")
        }
        aged[f"{name}_engagement"] = sum(shown_counts.values()).where(shows_any)
        weighted = sum(shown_counts[count] * weights[f"{count}_count"] for count in shown_counts)
        aged[f"{name}_weighted"] = weighted.where(shows_any)
    for count in LOGS:
        first = np.log1p(aged[f"early_{count}"].clip(lower=0))
        last = np.log1p(aged[f"mature_{count}"].clip(lower=0))
        between = last.where(share == 1, first + share * (last - first))
        if f"counts_{count}" in aged:
            between = between.where(aged[f"counts_{count}"])
        aged[f"log_{count}"] = between.where(is_compared) if count in LOGS[3:] else between
    aged["engagement"] = aged["mature_engagement"].where(share == 1, np.expm1(aged["log_engagement"]))
    aged["is_interpolated"] = share < 1
    aged["settled_at"] = aged["mature_observed_at"]
    aged["observed_at"] = looks["newest"]["observed_at"]
    aged["counted_row"] = looks["counted"]["counts_row"].reindex(aged.index).fillna(looks["newest"]["counts_row"])
    aged["late_row"] = looks["late"]["counts_row"]
    aged["missing_reason"] = _missing_reasons(aged, shows_any, tables["evaluations"]["as_of"].max())
    return aged


def _looks(aged: pd.DataFrame, metrics: pd.DataFrame) -> Frames:
    """By what it is for, the one observation of each post that serves."""
    number = metrics["post"].to_numpy()
    published = aged["published_at"].dt.tz_convert(None).to_numpy()[number]
    compare_age = aged["compare_age_hours"].to_numpy(dtype=float)[number]
    since = metrics["observed_at"].dt.tz_convert(None).to_numpy() - published
    metrics = metrics.assign(age=since / np.timedelta64(1, "us") / 3.6e9)
    counts = metrics[["likes", "comments", "shares"]].notna().to_numpy()
    needed = aged[["counts_likes", "counts_comments", "counts_shares"]].to_numpy(dtype=bool)[number]
    has_engagement = needed.any(axis=1) & (counts | ~needed).all(axis=1)
    has_counts = counts.any(axis=1) | metrics["views"].notna() | metrics["has_other_counts"]
    age = metrics["age"].to_numpy()

    def one(chosen: Any, keep: Any) -> pd.DataFrame:
        return metrics[chosen].drop_duplicates("post", keep=keep).set_index("post")

    return {
        "newest": metrics.drop_duplicates("post", keep="last").set_index("post"),
        "counted": one(has_counts, "last"),
        "early": one(has_engagement & (age >= compare_age / 2) & (age < compare_age), "last"),
        "mature": one(has_engagement & (age >= compare_age), "first"),
        "late": one((age >= 2 * compare_age) & (age <= 4 * compare_age), "first"),
    }


def _missing_reasons(aged: pd.DataFrame, shows_any: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    """Why a post cannot be compared."""
    compare_age = pd.to_timedelta(aged["compare_age_hours"], unit="h")
    due_at = aged["published_at"] + compare_age
    reasons = np.select(
        [
            aged["settled_at"].notna(),
            aged["published_at"].isna(),
            ~shows_any,
            due_at > as_of,
            aged["observed_at"] >= due_at,
        ],
        ["", "no_date", "no_public_counts", "too_young", "unknown_count"],
        "not_observed_in_time",
    )
    return pd.Series(reasons, index=aged.index).replace("", None)


def _counted(tables: Frames, posts: pd.DataFrame, aged: pd.DataFrame) -> pd.DataFrame:
    """Own posts inside a window, with what claims and the league need."""
    earlier, current = (row for _, row in tables["evaluations"].iterrows())
    accounts = tables["accounts"].drop_duplicates("account_id").set_index("account_id")
    published = posts["published_at"]
    is_used = (
        posts["role"].isin(["original", "quote"])
        & (published > min(earlier["window_start"], current["window_start"]))
        & (published <= max(earlier["window_end"], current["window_end"]))
        & (posts["account_id"].map(accounts["state"]) != "removed")
    )
    columns = ["engagement", "counted_engagement", "missing_reason", "settled_at", *(f"log_{count}" for count in LOGS)]
    counted = posts.loc[is_used, ["post_id", "account_id", "platform", "published_at", "published_precision"]].join(
        aged[columns].rename(columns={"engagement": "engagement_at_age", "counted_engagement": "engagement"})
    )
    counted["log_engagement"] = counted["log_engagement"].round(12)  # as claims add it up
    published = counted["published_at"]
    is_exact = counted["published_precision"].isin(["second", "minute"])
    local = published.dt.tz_convert(current["timezone"]).dt.tz_localize(None)
    local_at = local.where(is_exact, published.dt.tz_convert("UTC").dt.tz_localize(None))
    counted["local_day"] = local_at.to_numpy().astype("datetime64[D]")
    counted["month"] = local_at.to_numpy().astype("datetime64[M]").astype(int)
    counted["is_current"] = (published > current["window_start"]) & (published <= current["window_end"])
    counted["is_earlier"] = (
        (published > earlier["window_start"]) & (published <= earlier["window_end"]) & (published <= earlier["as_of"])
    )
    counted["was_settled_earlier"] = counted["settled_at"] <= earlier["as_of"]
    counted["company"] = counted["account_id"].map(accounts["company"])
    measured = counted[counted["is_current"] & counted["log_engagement"].notna()]
    ordered = measured.sort_values(["account_id", "log_engagement"])
    sizes = ordered.groupby("account_id").size()
    places = sizes.cumsum() - sizes + np.ceil(0.9 * sizes - 1e-9).astype(int) - 1
    borders = pd.Series(ordered["log_engagement"].to_numpy()[places], index=sizes.index)
    counted["is_top_decile"] = counted["log_engagement"] > counted["account_id"].map(borders)
    return counted.merge(tables["traits"], on="post_id", how="left")


def _effects(tables: Frames, counted: pd.DataFrame) -> list[pd.DataFrame]:
    """The contrasts of accounts with their moderated variances, by evaluation and basis."""
    tall = pd.concat(
        [counted.rename(columns={dimension: "level"}).assign(dimension=dimension) for dimension in DIMENSIONS]
    )
    tall = tall[tall["level"].notna() & tall["log_engagement"].notna()]
    tall = tall.assign(squares=tall["log_engagement"] ** 2)
    found = []
    for _, evaluation in tables["evaluations"].iterrows():
        is_used = tall["is_current"] if evaluation["is_current"] else tall["is_earlier"] & tall["was_settled_earlier"]
        used = tall[is_used]
        if not evaluation["is_long"]:
            used = used.assign(month=0)
        keys = ["platform", "dimension", "level", "account_id", "month"]
        cells = used.groupby(keys, as_index=False).agg(
            n=("squares", "size"), s=("log_engagement", "sum"), q=("squares", "sum"), top=("is_top_decile", "sum")
        )
        sums = cells.groupby(keys[:-1], as_index=False)[["n", "s", "q", "top"]].sum()
        plain = _against_rest(sums, ["dimension", "account_id"])
        countable = plain[(plain["n"] >= LEAST_POSTS) & (plain["n_rest"] >= LEAST_POSTS)]
        strata = _against_rest(cells, ["dimension", "account_id", "month"])
        strata = strata.merge(countable[keys[:-1]], on=keys[:-1])
        bases = {"plain": _contrasts(countable), "stratified": _contrasts(strata[strata["n_rest"] > 0])}
        found += [
            effects.assign(as_of=evaluation["as_of"], basis=basis)
            for basis, effects in _moderated(bases).items()
            if evaluation["is_current"] or basis != "plain"
        ]
        if evaluation["is_current"]:
            found.append(_ceilings(countable).assign(as_of=evaluation["as_of"], basis="top_decile"))
    return found


def _against_rest(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Each cell beside the others of the same account (and stratum)."""
    totals = cells.groupby(keys)[["n", "s", "q", "top"]].transform("sum")
    return cells.join((totals - cells[["n", "s", "q", "top"]]).add_suffix("_rest"))


def _contrasts(arms: pd.DataFrame) -> pd.DataFrame:
    """The difference of each level and account, its strata weighed."""
    n, rest = arms["n"], arms["n_rest"]
    weight = n * rest / (n + rest)
    weighed = arms.assign(
        weight=weight,
        weighted=weight * (arms["s"] / n - arms["s_rest"] / rest),
        deviations=(arms["q"] - arms["s"] ** 2 / n).clip(lower=0),
        rest_deviations=(arms["q_rest"] - arms["s_rest"] ** 2 / rest).clip(lower=0),
        share=weight**2 / n,
        rest_share=weight**2 / rest,
        df=n - 1,
        rest_df=rest - 1,
    )
    columns = ["n", "n_rest", "weight", "weighted", "deviations", "rest_deviations", "share", "rest_share"]
    sums = weighed.groupby(["platform", "dimension", "level", "account_id"], as_index=False)[
        [*columns, "df", "rest_df"]
    ].sum()
    sums = sums[(sums["n"] >= LEAST_POSTS) & (sums["n_rest"] >= LEAST_POSTS)]
    return sums.assign(
        difference=sums["weighted"] / sums["weight"],
        share=sums["share"] / sums["weight"] ** 2,
        rest_share=sums["rest_share"] / sums["weight"] ** 2,
    )


def _moderated(bases: Frames) -> Frames:
    """The contrasts with variances that are drawn to those of all accounts."""
    keys = ["platform", "dimension", "level"]
    columns = ["deviations", "rest_deviations", "df", "rest_df"]
    pooled = {basis: contrasts.groupby(keys)[columns].sum() for basis, contrasts in bases.items()}
    plain = {
        side: pooled["plain"][f"{side}deviations"] / pooled["plain"][f"{side}df"].replace(0, np.nan)
        for side in ("", "rest_")
    }
    moderated = {}
    for basis, contrasts in bases.items():
        variances = {}
        for side in ("", "rest_"):
            sums, df = pooled[basis][f"{side}deviations"], pooled[basis][f"{side}df"]
            # what is pooled over no degree of freedom weighs nothing
            steadied = (8 * plain[side].reindex(sums.index) + sums) / (8 + df)
            variances[side] = plain[side] if basis == "plain" else steadied
        level, rest = variances[""], variances["rest_"]
        both = pd.DataFrame({"pooled": level.fillna(rest), "rest_pooled": rest.fillna(level)})
        drawn = contrasts.join(both, on=keys)
        variance = (8 * drawn.pop("pooled") + drawn["deviations"]) / (8 + drawn["df"]) * drawn["share"] + (
            8 * drawn.pop("rest_pooled") + drawn["rest_deviations"]
        ) / (8 + drawn["rest_df"]) * drawn["rest_share"]
        drawn = drawn.assign(variance=variance, df=drawn["df"] + 8)
        moderated[basis] = drawn[drawn["variance"] > 1e-9]
    return moderated


def _ceilings(plain: pd.DataFrame) -> pd.DataFrame:
    """The log odds of a post in the account's own top decile."""
    top, top_rest = plain["top"] + 0.5, plain["top_rest"] + 0.5
    below, below_rest = plain["n"] - plain["top"] + 0.5, plain["n_rest"] - plain["top_rest"] + 0.5
    ceilings = plain.assign(
        difference=np.log(top) - np.log(below) - np.log(top_rest) + np.log(below_rest),
        variance=1 / top + 1 / below + 1 / top_rest + 1 / below_rest,
        df=plain["n"] + 7,
    )
    return ceilings[plain["top"] + plain["top_rest"] > 0]


def _pooled(effects: pd.DataFrame) -> pd.DataFrame:
    """What the accounts of each level say together: random effects with the wider of two intervals."""
    effects = effects.assign(weight=1 / effects["variance"])
    groups = effects.groupby(KEYS)
    fixed = groups.agg(account_count=("n", "size"), post_count=("n", "sum"), weight_sum=("weight", "sum"))
    count = fixed["account_count"]

    def sums(values: pd.Series) -> pd.Series:
        return values.groupby([effects[key] for key in KEYS]).sum()

    def each(values: pd.Series) -> Any:
        return values.reindex(pd.MultiIndex.from_frame(effects[KEYS])).to_numpy()

    fixed["accounts_up"] = sums((effects["difference"] > 0).astype(int))
    mean = sums(effects["weight"] * effects["difference"]) / fixed["weight_sum"]
    cochran_q = sums(effects["weight"] * (effects["difference"] - each(mean)) ** 2)
    spread = fixed["weight_sum"] - sums(effects["weight"] ** 2) / fixed["weight_sum"]
    tau_squared = ((cochran_q - (count - 1)) / spread).clip(lower=0).where(count > 1, 0.0)
    weight = 1 / (effects["variance"] + each(tau_squared))
    weight_sum = sums(weight)
    mu = sums(weight * effects["difference"]) / weight_sum
    residuals = sums(weight * (effects["difference"] - each(mu)) ** 2)
    normal_error = 1 / np.sqrt(weight_sum)
    knapp_error = np.sqrt(residuals / (count - 1).replace(0, np.nan) / weight_sum)
    error = np.fmax(normal_error, knapp_error)
    half = np.fmax(_t_quantile(count - 1) * knapp_error, 1.959963984540054 * normal_error).where(count >= 3)
    reach = (_t_quantile(count - 2) * np.sqrt(tau_squared + error**2)).where(count >= 3)
    variance_sum = sums(effects["variance"])
    here_df = variance_sum**2 / sums(effects["variance"] ** 2 / effects["df"])
    here_mean = sums(effects["difference"]) / count
    here_half = _t_quantile(here_df) * np.sqrt(variance_sum) / count
    return fixed.assign(
        mu=mu,
        mu_low=mu - half,
        mu_high=mu + half,
        next_low=mu - reach,
        next_high=mu + reach,
        tau=np.sqrt(tau_squared),
        error=error,
        here_mean=here_mean,
        here_low=here_mean - here_half,
        here_high=here_mean + here_half,
    ).reset_index()


def _t_quantile(df: pd.Series) -> pd.Series:
    """0.975 quantile of Student's t, as our macro: a table up to 10, then Abramowitz & Stegun 26.7.5."""
    table = np.array(
        [
            *(np.nan, 12.706204736174694, 4.302652729749462, 3.1824463052837078, 2.7764451051977934),
            *(2.5705818356363146, 2.4469118511449786, 2.364624251592784, 2.306004135204166),
            *(2.262157162798205, 2.228138851986274),
        ]
    )
    expanded = (
        1.959963984540054 + 2.3722712303 / df + 2.8224986157 / df**2 + 2.5558496795 / df**3 + 1.5895340534 / df**4
    )
    # what was divided may miss a whole number by a rounding
    return expanded.where(df > 10 + 1e-6, table[np.floor(df.clip(0, 10) + 1e-6).astype(int)])


def _league(tables: Frames, counted: pd.DataFrame) -> pd.DataFrame:
    """One row per company and platform, and per company over all of them."""
    [window] = [row for _, row in tables["evaluations"].iterrows() if row["is_current"]]
    running_week = _weeks(pd.Series([window["window_end"].tz_convert(window["timezone"]).tz_localize(None)]))[0]
    posts = counted[counted["is_current"]].merge(tables["results"], on="post_id")
    posts["rate"] = posts["engagement_at_age"] / posts["followers"].where(posts["followers"] > 0)
    posts["weeks_ago"] = running_week - _weeks(posts["local_day"])
    keys = ["company", "platform"]
    rows = _presences(tables, posts, window).set_index(keys)
    groups = _with_all(posts).groupby(keys)
    found = groups.agg(
        post_count=("post_id", "size"),
        engagement=("engagement", lambda values: values.sum(min_count=1)),
        engagement_per_post=("engagement_at_age", "median"),
        engagement_mean=("engagement_at_age", "mean"),
        measured_post_count=("engagement_at_age", "count"),
        engagement_rate=("rate", "mean"),
    )
    for column, weeks in (("post_count_last_week", (1, 1)), ("post_count_previous_4w_per_week", (2, 5))):
        found[column] = _with_all(posts[posts["weeks_ago"].between(*weeks)]).groupby(keys).size()
    rows = rows.join(found)
    totals = rows.groupby("platform")["engagement"].transform("sum")
    rows["engagement_share"] = rows["engagement"] / totals.where(totals != 0)
    rows = rows.join(_changes(tables, posts, running_week))
    for column in ("post_count", "measured_post_count", "post_count_last_week"):
        rows[column] = rows[column].fillna(0)
    previous = rows["post_count_previous_4w_per_week"].fillna(0) / 4
    rows["post_count_previous_4w_per_week"] = previous.where(
        rows.pop("has_five_weeks").fillna(value=False).astype(bool)
    )
    presence = tables["presence"]
    came = presence[presence["present_from"] > presence["data_from"]]
    days = _weeks(came["present_from"].dt.tz_convert(window["timezone"]).dt.tz_localize(None))
    rows["came_week"] = _with_all(came.assign(week=days)).groupby(keys)["week"].max()
    return rows.reset_index()


def _weeks(days: pd.Series) -> Any:
    """Numbers of weeks that begin on a Monday; 5 January 1970 begins number 0."""
    return (days.to_numpy().astype("datetime64[D]").astype(int) - 4) // 7


def _with_all(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows, and once more for all platforms together."""
    return pd.concat([rows, rows.assign(platform="all")])


def _presences(tables: Frames, posts: pd.DataFrame, window: pd.Series) -> pd.DataFrame:
    """Accounts, followers and pace by company and platform."""
    accounts = tables["accounts"].drop_duplicates("account_id").set_index("account_id")
    accounts = accounts[accounts["state"] != "removed"]
    followers = tables["followers"].sort_values("observed_at")
    newest = followers.drop_duplicates("account_id", keep="last").set_index("account_id")["followers"]
    before = followers[followers["observed_at"] <= window["as_of"] - pd.Timedelta(days=28)]
    before = before.drop_duplicates("account_id", keep="last").set_index("account_id")["followers"]
    written = posts.groupby("account_id")["published_at"].agg(["size", "min"])
    hours = (window["window_end"] - written["min"]) / pd.Timedelta(hours=1)
    accounts = accounts.assign(
        followers=newest, change=newest - before, pace=(written["size"] * 168 / hours.clip(lower=168)).round(6)
    )
    presences = (
        _with_all(accounts)
        .groupby(["company", "platform"])
        .agg(
            is_own=("is_own", "any"),
            account_count=("state", "size"),
            follower_count=("followers", lambda values: values.sum(min_count=1)),
            follower_change_4w=("change", lambda values: values.sum(min_count=1)),
            posts_per_week=("pace", "sum"),
        )
    )
    return presences.reset_index()


def _changes(tables: Frames, posts: pd.DataFrame, running_week: int) -> pd.DataFrame:
    """The share of engagement of four weeks, and its change, among companies that were there throughout."""
    keys = ["company", "platform"]
    weeks = tables["company_weeks"]
    weeks = weeks.assign(weeks_ago=running_week - _weeks(weeks["week_start_date"]))
    spans = pd.DataFrame(
        {
            f"has_{name}_weeks": weeks[weeks["weeks_ago"] <= span].groupby(keys).size() == span
            for name, span in (("five", 5), ("eight", 8))
        },
        index=weeks.groupby(keys).size().index,
    ).fillna(value=False)
    steady = _with_all(spans.reset_index()).groupby(keys)
    changes = pd.DataFrame({"has_five_weeks": steady["has_five_weeks"].all()})
    has_eight_weeks = steady["has_eight_weeks"].any()
    compared = posts.merge(spans.reset_index(), on=keys)
    compared = _with_all(compared[compared["has_eight_weeks"].astype(bool) & compared["weeks_ago"].between(1, 8)])
    shares = []
    for is_recent in (True, False):
        chosen = compared[(compared["weeks_ago"] <= 4) == is_recent]
        sums = chosen.groupby(keys)["engagement"].sum().reindex(changes.index, fill_value=0.0)[has_eight_weeks]
        totals = sums.groupby("platform").transform("sum")
        shares.append(sums / totals.where(totals != 0))
    changes["engagement_share_4w"] = shares[0]
    changes["engagement_share_change_4w"] = shares[0] - shares[1]
    return changes


OURS = {
    "equal_age": """
        select post_id::text as post_id, missing_reason, engagement, is_interpolated, settled_at, observed_at,
            counted_row, late_row, log_engagement, log_likes, log_comments, log_shares, log_views, log_weighted
        from intermediate.post_equal_age
    """,
    "counted": """
        select post_id::text as post_id, is_current, is_earlier, was_settled_earlier, is_top_decile, log_engagement,
            engagement, engagement_at_age
        from intermediate.counted_posts
    """,
    "pooled": """
        from intermediate.pooled_effects
        where definition = 'engagement' and basis in ('plain', 'stratified', 'top_decile')
            and dimension in ('format', 'post_type')
    """,
    "league": """
        select * exclude (engagement_definition, came_week),
            (came_week - date '1970-01-05') // 7 as came_week
        from marts.league
    """,
}
"""What our models find of the same."""


def disagreements(connection: duckdb.DuckDBPyConnection, found: Frames) -> list[str]:
    """The columns in which a frame of ``part`` is not our table: other rows, or other numbers (1e-6)."""
    keys = {"equal_age": ["post_id"], "counted": ["post_id"], "pooled": KEYS, "league": ["company", "platform"]}
    differing = []
    for name, query in OURS.items():
        ours = connection.execute(query).df().set_index(keys[name]).sort_index()
        theirs = found[name].set_index(keys[name]).sort_index()
        if not ours.index.equals(theirs.index):
            differing.append(f"rows of {name}: {len(ours)}, not {len(theirs)}")
            continue
        columns = POOLED if name == "pooled" else list(ours.columns)
        differing += [f"{name}.{column}" for column in columns if not _is_same(ours[column], theirs[column])]
    return differing


def _is_same(ours: pd.Series, theirs: pd.Series) -> bool:
    if isinstance(ours.dtype, pd.StringDtype) or ours.dtype.kind in "OM":
        return bool(((ours == theirs) | (ours.isna() & theirs.isna())).all())
    mine, other = (values.astype(float).to_numpy(dtype=float, na_value=np.nan) for values in (ours, theirs))
    return bool(np.allclose(mine, other, rtol=1e-6, atol=1e-6, equal_nan=True))
