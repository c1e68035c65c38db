"""Downloads pictures by Scrapy's own media pipeline, through the crawl's fence, robots.txt and turns."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pipelines.files import FilesPipeline

from crawler.pictures import Picture


class PicturesPipeline(FilesPipeline):
    """One file a picture, under its name; nothing is decoded here."""

    def get_media_requests(self, item: Any, info: Any) -> list[Request]:  # noqa: ARG002 - Scrapy calls it so
        assert isinstance(item, Picture)  # noqa: S101 - the spider yields nothing else
        return [Request(item.url, NO_CALLBACK)]

    def file_path(
        self,
        request: Request,  # noqa: ARG002
        response: Response | None = None,  # noqa: ARG002
        info: Any = None,  # noqa: ARG002
        *,
        item: Any = None,
    ) -> str:
        return str(item.name)

    def item_completed(self, results: Any, item: Any, info: Any) -> Any:  # noqa: ARG002 - as above
        return item
