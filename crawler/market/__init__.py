"""The example market: invented companies with known true effects, served on loopback.

It is the demo, the end-to-end test, and with its truth a test of the analysis.
"""

from crawler.market.generator import Market
from crawler.market.project import write_project
from crawler.market.server import MarketServer
from crawler.market.truth import misses, truth

__all__ = ["Market", "MarketServer", "misses", "truth", "write_project"]
