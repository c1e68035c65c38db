"""Accounts behind a wall: the typical first list, only Instagram, nothing read."""

from __future__ import annotations

from collections.abc import Sequence

from .marts import Rows, no_rows
from .rows import AS_OF, COMPANIES, build_row, uuid, visit

WAYS = (
    ("saved_page", 3, "rounded likes, comments, caption and date of each post you save"),
    ("own_export", 25, "likes, comments, shares, saves and reach of your own posts"),
)
"""The ways in: name, minutes, and what they show."""


def walled_only() -> Rows:
    """Three companies with nothing but an Instagram account."""
    tables = no_rows()
    tables["build"] = [
        build_row(
            is_first_crawl=True, crawl_count=1, company_count=3, account_count=3, post_count=0, first_crawl_at=AS_OF
        )
    ]
    add_walled(tables, COMPANIES[:3])
    tables["league"] = [
        {"company": company, "is_own": False, "platform": "all", "account_count": 1, "post_count": 0}
        for company in COMPANIES[:3]
    ]
    return tables


def add_walled(tables: Rows, companies: Sequence[str]) -> None:
    """One Instagram account a company, behind its wall, with two ways in; two open places a company."""
    for index, company in enumerate(companies):
        add_wall(tables, index, company)
        add_doors(tables, index, company)
        add_open_doors(tables, index, company)


def add_wall(tables: Rows, index: int, company: str) -> None:
    """The visit that saw nothing."""
    tables["coverage"].append(
        visit(
            account_id=uuid(9500 + index),
            company=company,
            platform="instagram",
            account=f"walled{index}",
            url=f"https://www.instagram.com/walled{index}/",
            outcome="login_wall",
            reason="no_public_preview",
            message="Instagram shows nothing without a login; none is used.",
            last_good_at=None,
            visit_count=1,
            page_count=0,
            post_count=0,
            new_post_count=0,
            oldest_seen_at=None,
            is_walled=True,
            has_any_data=False,
        )
    )


def add_doors(tables: Rows, index: int, company: str) -> None:
    """The ways in, the quickest first."""
    tables["doors"] += [
        {
            "account_id": uuid(9500 + index),
            "company": company,
            "platform": "instagram",
            "url": f"https://www.instagram.com/walled{index}/",
            "way": way,
            "effort_minutes": minutes,
            "shows": shows,
            "hides": "reach, saves and shares; likes where they are hidden",
            "sentence": "Put the file into the inbox folder and run rivalscope run.",
            "rank": rank,
        }
        for rank, (way, minutes, shows) in enumerate(WAYS, 1)
    ]


def add_open_doors(tables: Rows, index: int, company: str) -> None:
    """Where the company also is and can be read: one place that it links, and one guessed."""
    tables["open_doors"] += [
        {
            "company": company,
            "platform": "web",
            "what_it_shows": "what they publish on their own site and when, with headlines and format; "
            "comment counts where the site states them",
            "candidate_url": f"https://company{index}.example/",
            "source": "linked",
            "sentence": "Their profile links to this site.",
            "rank": 1,
        },
        {
            "company": company,
            "platform": "youtube",
            "what_it_shows": "every video with views and likes, and the date",
            "candidate_url": f"https://www.youtube.com/@walled{index}",
            "source": "guess",
            "sentence": "The same handle, not checked.",
            "rank": 2,
        },
    ]
