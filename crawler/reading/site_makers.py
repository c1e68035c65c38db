"""Links of whoever made a site, not of whoever runs it: the profiles that themes and site builders put in as examples,
and the credits under a page ("Theme by …").

Sources: the profiles of the builders' own companies, which their templates carry until somebody changes them.
"""

from __future__ import annotations

import re

from lxml import etree

from crawler.reading.urls import site_name

_MAKERS = frozenset(
    """
    wordpress wordpresscom wordpressdotcom wordpressdotorg automattic jetpack woocommerce elementor elegantthemes divi
    wix wixcom squarespace shopify webflow weebly jimdo jimdocom godaddy ionos strato one.com blogger ghost tryghost
    ghostblog hubspot joomla drupal typo3 prestashop magento infortis opencart bigcommerce shopware squareup duda
    dudamobile strikingly carrd framer notionhq tilda tildapublishing envato themeforest themeisle colorlib html5up
    styleshout astrojs gohugo gohugoio jekyllrb nextjs vercel netlify gatsbyjs docusaurus medium substack substackinc
    tumblr mailchimp klaviyo bootstrap getbootstrap tailwindcss yoast
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_PLACEHOLDERS = frozenset(
    """
    username your_username yourusername your-username yourhandle your_handle twitterhandle yourtwitter yourpage
    your-page yourprofile yourname your-name yourcompany your-company yourbrand yourchannel yourfacebook yourinstagram
    pagename changeme placeholder
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_CREDIT = re.compile(
    r"\b(?:themes?|templates?|designe?d?|built|made|crafted|powered|developed|development|website|site|web|umsetzung"
    r"|gestaltung|realisierung|programmierung|réalisation|conception|diseño|desarrollo|realizzazione)\b"
    r"[^.!?\n]{0,40}?(?:\b(?:by|with|on|von|durch|mit|par|por|di|da|door)|:)\s*$",
    re.IGNORECASE,
)
_CREDITED = re.compile(
    r"(?:^|[\s_-])(?:powered-?by|theme-?(?:author|by|info)|made-?(?:by|with)|design(?:ed)?-?by)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LOOKED_BACK = 120
_LEVELS = 2


def is_maker(handle: str, site_url: str) -> bool:
    """Whether an account belongs to a maker of sites or themes, and the site at ``site_url`` is not that maker's."""
    name = handle.lower().rpartition("/")[2].removeprefix("@")
    return name in _MAKERS and name.partition(".")[0] not in site_name(site_url)


def is_placeholder(handle: str) -> bool:
    """Whether a theme's example was never filled in (``@username``)."""
    return handle.lower().rpartition("/")[2].removeprefix("@") in _PLACEHOLDERS


def is_credit(element: etree._Element) -> bool:
    """Whether a link names who made the site: what stands before it, or the block around it, says so."""
    outer: etree._Element | None = element
    for _ in range(_LEVELS):
        if outer is None or outer.tag in ("footer", "header", "nav", "body"):
            break
        if _CREDITED.search((outer.get("class") or "")[:200]):
            return True
        outer = outer.getparent()
    before = element.getprevious()
    parent = element.getparent()
    said = (before.tail if before is not None else parent.text if parent is not None else None) or ""
    return _CREDIT.search(said[-_LOOKED_BACK:]) is not None
