"""Takes tokens out of answers: interfaces repeat them in paging links, headers, redirects and error messages."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Headers, Response

from crawler.credentials import redacted
from crawler.network.download import BY_CREDENTIAL


class RedactionMiddleware:
    """Comes first of all that see an answer, redirects included: nothing behind this point gets to see a token."""

    def process_response(self, request: Request, response: Response) -> Response:
        tokens = request.meta.get(BY_CREDENTIAL)
        if not tokens:
            return response
        body = redacted(response.body, tokens)
        headers = Headers(
            {name: [redacted(value, tokens) for value in values] for name, values in response.headers.items()}
        )
        return response.replace(body=body, headers=headers)
