"""What the marts of docs/data-flow.md look like, and how a snapshot of invented rows is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

Rows = dict[str, list[dict[str, Any]]]

COLUMNS: Mapping[str, str] = {
    "build": """as_of timestamptz, window_start timestamptz, window_end timestamptz, timezone text, version text,
        built_at timestamptz, first_crawl_at timestamptz, last_crawl_at timestamptz, crawl_count bigint,
        company_count bigint, account_count bigint, post_count bigint, is_first_crawl boolean""",
    "posts": """post_id uuid, platform text, host text, native_id text, account_id uuid, account text, company text,
        is_own boolean, author text, url text, published_at timestamptz, published_precision text, role
        text, format text, post_type text, post_type_source text, post_type_reason text, title text, text
        text, language text, hashtags text[], mentions text[], links text[], media struct(kind text, url
        text, width integer, height integer, duration_seconds double, alt_text text)[],
        like_count bigint, comment_count bigint, share_count bigint, view_count bigint, save_count
        bigint, quote_count bigint, reactions map(text, bigint), missing map(text, text), rounded map(text,
        integer), engagement bigint, follower_count bigint, engagement_at_age double,
        engagement_at_age_missing text, age_hours double, baseline double, lift double, is_breakout boolean,
        breakout_score double, is_promoted_suspect boolean, is_pinned boolean, is_counted boolean,
        first_observed_at timestamptz, observed_at timestamptz, removed_at timestamptz, edited_at
        timestamptz""",
    "league": """company text, is_own boolean, platform text, account_count bigint, post_count bigint, posts_per_week
        double, follower_count bigint, follower_change_4w bigint, engagement bigint, engagement_per_post
        double, engagement_mean double, measured_post_count bigint, engagement_rate double, engagement_share
        double, engagement_definition text, post_count_last_week bigint, post_count_previous_4w_per_week
        double, engagement_share_4w double, engagement_share_change_4w double, came_week date""",
    "share_of_voice": """week_start_date date, platform text, company text, is_own boolean, post_count bigint,
        engagement bigint, measured_post_count bigint, engagement_share double, engagement_share_change double, came
        text[], went text[], is_comparable boolean, is_list_changed boolean""",
    "weekly_trends": """week_start_date date, platform text, dimension text, level text, post_count bigint,
        account_count bigint, share_of_posts double, share_of_posts_change double, post_count_change bigint,
        engagement_median double, measured_post_count bigint, came text[], went text[], is_complete boolean,
        is_list_changed boolean""",
    "trait_trends": """platform text, dimension text, level text, verdict text, sentence text, share_before double,
        share_recent double, share_change double, share_change_low double, share_change_high double, p_value double,
        q_value double, account_count bigint, accounts_up bigint, accounts_down bigint, recent_post_count bigint,
        before_post_count bigint, before_week_count bigint, is_exploratory boolean, before_start_date date,
        recent_start_date date, recent_end_date date,
        phrases struct(message text, "values" map(text, text))[]""",
    "evidence_planner": """platform text, dimension text, level text, target_ratio double, shown_verdict text, sentence
        text, post_count bigint, rest_post_count bigint, posts_needed bigint, posts_per_week double,
        rest_posts_per_week double, weeks_needed bigint, account_count bigint, accounts_needed bigint, variance double,
        is_open boolean, is_out_of_reach boolean,
        phrases struct(message text, "values" map(text, text))[]""",
    "coverage": """account_id uuid, company text, is_own boolean, platform text, account text, url text, state text,
        outcome text, reason text, message text, visited_at timestamptz, last_good_at timestamptz,
        visit_count bigint, page_count bigint, post_count bigint, new_post_count bigint, doubled_count
        bigint, counted_at text, oldest_seen_at timestamptz, is_cut boolean, is_walled boolean, has_any_data boolean,
        first_observed_at timestamptz""",
    "threads": """post_id uuid, account_id uuid, company text, is_own boolean, platform text, account text, url text,
        published_at timestamptz, is_counted boolean, comment_count bigint, answered_count bigint, unanswered_count
        bigint, median_seconds double, is_complete boolean, observed_at timestamptz""",
    "community": """account_id uuid, company text, is_own boolean, platform text, account text, post_count bigint,
        partial_post_count bigint, comment_count bigint, answered_count bigint, answered_rate double, timed_post_count
        bigint, answer_seconds double, observed_at timestamptz""",
    "audit": """account_id uuid, company text, is_own boolean, platform text, account text, url text, position bigint,
        rule text, part text, title text, state text, value double, unit text, limit_value text, limit_kind text,
        limit_source text, limit_checked_on date, seen_count bigint, finding_count bigint, field_company_count bigint,
        field_ok_count bigint, field_value double, why text, how text, source text, evidence struct(url text, text text,
        said text)[]""",
    "profile_changes": """account_id uuid, company text, is_own boolean, platform text, account text, url text, field
        text, old_value text, new_value text, post_url text, before_at timestamptz, observed_at timestamptz""",
    "follower_changes": """account_id uuid, company text, is_own boolean, platform text, account text, url text,
        week_start_date date, follower_count bigint, follower_change bigint, days double, growth double,
        earlier_week_count bigint, usual_growth double, is_jump boolean, observed_at timestamptz""",
    "fresh_posts": """post_id uuid, company text, is_own boolean, platform text, account text, url text, title text,
        text text, language text, format text, post_type text, media struct(kind text, url text, width integer, height
        integer, duration_seconds double, alt_text text)[], published_at timestamptz, age_hours double, engagement
        bigint, usual_engagement double, usual_low double, usual_high double, usual_post_count bigint, pace text,
        observed_at timestamptz""",
    "notices": """rank bigint, platform text, sentence text, is_urgent boolean,
        phrases struct(message text, "values" map(text, text))[]""",
    "doors": """account_id uuid, company text, platform text, url text, way text, effort_minutes double, shows text,
        hides text, sentence text, rank bigint,
        phrases struct(message text, "values" map(text, text))[]""",
    "open_doors": """company text, platform text, what_it_shows text, candidate_url text, source text, sentence text,
        rank bigint,
        phrases struct(message text, "values" map(text, text))[]""",
    "todo": """account_id uuid, company text, platform text, account text, url text, way text, how text, shows text,
        effort_minutes bigint, minutes_so_far bigint, post_count bigint, imported_post_count bigint, rank bigint,
        is_own boolean, is_due boolean, is_this_week boolean, observed_at timestamptz, imported_at timestamptz""",
    "claims": """platform text, outcome text, dimension text, level text, scope text, post_count bigint,
        account_count bigint, accounts_up bigint, share_of_posts double, lift double, lift_low double,
        lift_high double, lift_shrunk double, lift_shrunk_low double, lift_shrunk_high double, next_low
        double, next_high double, tau double, p_value double, q_value double, top_decile_odds double,
        top_decile_low double, top_decile_high double, stratified_lift double, stratified_low double,
        stratified_high double, stratified_account_count bigint, stratified_accounts_up bigint,
        stratified_post_count bigint, definitions_held bigint, definitions_tried bigint, accounts_needed bigint,
        posts_needed bigint, left_out_young bigint, left_out_unknown bigint, verdict text, shown_verdict
        text, sentence text, window_start timestamptz, window_end timestamptz, as_of timestamptz,
        phrases struct(message text, "values" map(text, text))[]""",
    "findings": """rank bigint, kind text, platform text, dimension text, level text, verdict text, shown_as text,
        sentence text, lift double, lift_low double, lift_high double, post_count bigint,
        account_count bigint, accounts_up bigint, share_of_posts_market double, share_of_posts_own double, posts_missing
        bigint,
        phrases struct(message text, "values" map(text, text))[]""",
    "opportunities": """rank bigint, kind text, platform text, dimension text, level text, verdict text, shown_verdict
        text, shown_as text, sentence text, strength bigint, lift double, lift_low double, lift_high double,
        post_count bigint, account_count bigint, accounts_up bigint, share_of_posts_market double, market_post_count
        bigint, share_of_posts_own double, own_post_count bigint, opening_score double, is_exploratory boolean,
        phrases struct(message text, "values" map(text, text))[]""",
    "verdict_changes": """platform text, dimension text, level text, mark text, cause text, earlier_verdict text,
        verdict text, shown_verdict text, sentence text, new_post_count bigint, left_post_count bigint,
        corrected_post_count bigint, companies_came text[], companies_went text[], was_published boolean,
        earlier_as_of timestamptz, as_of timestamptz,
        phrases struct(message text, "values" map(text, text))[]""",
    "myth": """platform text, dimension text, level text, plain_mean double, runner_up_level text, runner_up_mean
        double, top_account text, top_account_share double, lift double, lift_low double, lift_high double,
        verdict text, sentence text,
        phrases struct(message text, "values" map(text, text))[]""",
    "examples": """platform text, dimension text, level text, rank bigint, post_id uuid, company text, url text, title
        text, text text, published_at timestamptz, engagement bigint, lift double""",
    "alerts": """alert_key text, kind text, company text, platform text, lists text[], url text, words text, outcome
        text, number bigint, ratio double, is_own boolean, observed_at timestamptz""",
    "left_out": "platform text, reason text, weekday text, post_count bigint, share_of_posts double",
    "timing": """platform text, weekday text, weekday_number bigint, hour_block text, timezone text, shown_verdict text,
        lift double, lift_low double, lift_high double, used_post_count bigint, measured_post_count bigint,
        account_count bigint, accounts_up bigint, is_enough boolean""",
    "trait_weights": """platform text, dimension text, explained_share double, post_count bigint, account_count
        bigint""",
    "hashtags": """platform text, hashtag text, shown_verdict text, lift double, lift_low double, lift_high double,
        used_post_count bigint, own_post_count bigint, company_count bigint, measured_post_count bigint""",
    "limits": """platform text, what text, kind text, value text, unit text, source text, confidence text, highest
        bigint, is_confirmed boolean, effective_from date, checked_on date""",
    "method": "platform text, engagement_definition text, compare_age_hours bigint",
    "outcomes": "outcome text, position bigint, noun text, definition text, is_default boolean",
    "plan_slots": """slot_id text, account_id uuid, post_id uuid, company text, version integer, plan text, status text,
        platform text, format text, post_type text, topic text, hook text, caption text, hashtags text[], link text,
        campaign text, basis text, why text, evidence text[], experiment_id text, arm text, block integer, post_url
        text, timezone text, matched_by text, url text, posted_format text, posted_post_type text, engagement bigint,
        engagement_at_age double, engagement_at_age_missing text, lift double, planned_at timestamptz, published_at
        timestamptz, first_planned_at timestamptz, observed_at timestamptz""",
    "plan_experiments": """experiment_id text, plan text, status text, platform text, dimension text, level_a text,
        level_b text, verdict text, lift double, lift_low double, lift_high double, p_value double, pairs_planned
        integer, pairs_drawn bigint, complete_pairs bigint, post_count bigint, as_planned_count bigint, variance
        double, target_ratio double, started_at timestamptz, observed_at timestamptz""",
    "sales_totals": """position bigint, measure text, currency text, total decimal(38, 4), tied_total decimal(38, 4),
        tied_by_mark decimal(38, 4), tied_by_campaign decimal(38, 4), tied_by_page decimal(38, 4), tied_by_day
        decimal(38, 4), network_total decimal(38, 4), untied_total decimal(38, 4), untied_share double,
        shared_mark_total decimal(38, 4), tools text[], period_start_date date, period_end_date date, is_main
        boolean""",
    "sales_by_trait": """platform text, measure text, currency text, dimension text, level text, verdict text,
        post_count bigint, rest_post_count bigint, selling_post_count bigint, total double, per_post double,
        per_post_low double, per_post_high double, rest_per_post double, share_of_posts double, share_of_sales double,
        ratio double, ratio_low double, ratio_high double, p_value double, q_value double, posts_needed bigint,
        weeks_needed bigint, is_enough boolean, is_exploratory boolean""",
    "outcome_ranks": """post_id uuid, platform text, account_id uuid, company text, is_own boolean, measure text,
        currency text, url text, title text, text text, language text, format text, post_type text, like_count bigint,
        value decimal(38, 4), likes_rank double, sales_rank double, post_count bigint, kind text, published_at
        timestamptz""",
    "likes_and_sales": """platform text, measure text, currency text, post_count bigint, selling_post_count bigint,
        total double, correlation double, correlation_low double, correlation_high double, verdict text,
        most_liked_format text, most_liked_post_count bigint, most_liked_share_of_posts double,
        most_liked_share_of_sales double, best_selling_format text, best_selling_share_of_posts double,
        best_selling_share_of_sales double, format_count bigint""",
    "sales_tools": """measure text, currency text, tool text, total decimal(38, 4), tied_total decimal(38, 4),
        is_additional boolean, is_counted boolean, period_start_date date, period_end_date date""",
    "sales_files": """file_hash text, file_name text, kind text, property_name text, period_start_date date,
        period_end_date date, row_count bigint, counted_row_count bigint, status text, is_daily boolean, is_additional
        boolean, observed_at timestamptz""",
    "flag_rules": """rule text, flag text, words text, threshold double, false_alarm_low double, false_alarm_high
        double, post_count bigint, flagged_count bigint""",
}


def no_rows() -> Rows:
    """Every mart, and nothing in it."""
    return {name: [] for name in COLUMNS}


def write_snapshot(path: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """A snapshot whose marts hold ``tables``; columns that a row does not name are null."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema marts")
        for table, columns in COLUMNS.items():
            connection.execute(f"create table marts.{table} ({columns})")
            known = set(re.findall(r"(?:^|,)\s*(\w+)\s", re.sub(r"\([^()]*\)", "", columns)))
            alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
            for row in tables.get(table, ()):
                assert row.keys() <= known, f"marts.{table} has no column {row.keys() - known}"
                alike.setdefault(tuple(row), []).append(row)
            for names, rows in alike.items():
                marks = "(" + ", ".join("?" for _ in names) + ")"
                for start in range(0, len(rows), 200):
                    chunk = rows[start : start + 200]
                    connection.execute(
                        f"insert into marts.{table} ({', '.join(names)}) values {', '.join([marks] * len(chunk))}",
                        [value for row in chunk for value in row.values()],
                    )
        # made of other marts alone, so by the model itself
        model = files("analysis").joinpath("models", "marts", "comparisons.sql").read_text(encoding="utf-8")
        connection.execute(f"create view marts.comparisons as {model}")
    return path
