"""Visits every account of a plan in one engine, so that a host has one turn whatever the platform."""

from crawler.spiders.base import PlatformSpider


class PlanSpider(PlatformSpider):
    """What ``rivalscope crawl`` runs; not in :mod:`crawler.spiders`, where each spider is a platform."""

    name = "plan"
