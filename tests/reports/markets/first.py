"""Markets at their beginning: nothing to compare yet."""

from __future__ import annotations

import datetime as dt

from .marts import Rows, no_rows
from .rows import AS_OF, COMPANIES, OPENINGS, Row, build_row, uuid, visit


def never_crawled() -> Rows:
    """A list that was analysed before anything was collected."""
    tables = no_rows()
    tables["build"] = [
        build_row(
            is_first_crawl=True,
            crawl_count=0,
            company_count=0,
            account_count=0,
            post_count=0,
            first_crawl_at=None,
            last_crawl_at=None,
        )
    ]
    return tables


def first_run() -> Rows:
    """A first crawl of two young blogs: posts, but nothing to compare."""
    tables = no_rows()
    tables["build"] = [build_row(is_first_crawl=True, crawl_count=1, company_count=2, account_count=2, post_count=5)]
    tables["posts"] = [blog_post(number) for number in range(5)]
    for index, company in enumerate(COMPANIES[:2]):
        posts = 2 + index
        tables["coverage"].append(
            visit(
                account_id=uuid(9000 + index),
                company=company,
                platform="web",
                account=f"blog{index}.example",
                url=f"https://blog{index}.example/",
                visit_count=1,
                page_count=4,
                post_count=posts,
                new_post_count=posts,
            )
        )
        who = {"company": company, "is_own": False, "account_count": 1}
        tables["league"] += [
            who | {"platform": platform, "post_count": posts, "posts_per_week": 0.2} for platform in ("all", "web")
        ]
    return tables


def blog_post(number: int) -> Row:
    """A post of the one blog or the other, a day older than the one before."""
    return {
        "post_id": uuid(number),
        "platform": "web",
        "account_id": uuid(9000 + number % 2),
        "account": "blog.example",
        "company": COMPANIES[number % 2],
        "is_own": False,
        "url": f"https://blog.example/{number}",
        "role": "original",
        "published_at": AS_OF - dt.timedelta(days=number),
        "title": OPENINGS[number],
        "is_counted": True,
    }
