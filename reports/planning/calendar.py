"""The plan as iCalendar (RFC 5545, RFC 7986): imported again it updates, subscribed to it follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from icalendar import Calendar, Event, vText

from reports.filters import Formats
from reports.language import marked
from reports.planning.slots import Slot, Status
from reports.planning.zone_rules import zone_rules

LENGTH = dt.timedelta(minutes=15)
_STATUS = {Status.DRAFT: "TENTATIVE", Status.APPROVED: "CONFIRMED", Status.DROPPED: "CANCELLED"}
STATUS_WORDS = {
    Status.DRAFT: marked("draft"),
    Status.APPROVED: marked("approved"),
    Status.DROPPED: marked("dropped"),
}
_PRODUCT = "-//Rivalscope//Content plan//EN"


def calendar_file(
    slots: Sequence[Slot], *, name: str, project: str, formats: Formats, written_at: dt.datetime
) -> bytes:
    """One event a slot, dropped ones cancelled. ``project`` is what follows ``@`` in every UID: it must never change.
    Descriptions are in the language of ``formats``.

    UIDs stay and SEQUENCE counts a slot's versions, so that a calendar that takes the file again replaces what it has.
    ``written_at`` dates slots of which no change is known. There is no METHOD: with one, the file would be a message,
    which must name an organizer (RFC 5546, 3.2.1), and some programs would take it for an invitation.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar["name"] = vText(name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(days=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    years = [slot.planned_at.year for slot in slots]
    for zone in dict.fromkeys(slot.timezone for slot in slots):
        if zone != "UTC":
            calendar.add_component(zone_rules(zone, min(years) - 1, max(years) + 1))
    for slot in slots:
        calendar.add_component(_event(slot, project=project, formats=formats, written_at=written_at))
    content: bytes = calendar.to_ical()
    return content


def _event(slot: Slot, *, project: str, formats: Formats, written_at: dt.datetime) -> Event:
    changed_at = (slot.observed_at or written_at).astimezone(dt.UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"{slot.slot_id}@{project}")
    event.add("sequence", slot.version)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", slot.local)
    event.add("duration", LENGTH)
    event.add("transp", "TRANSPARENT")
    event.add("status", _STATUS[slot.status])
    event.add("summary", f"[{slot.platform} · {slot.format or 'post'}] {slot.caption or slot.hook or slot.slot_id}")
    event.add("description", _description(slot, formats))
    event.add("categories", [each for each in (slot.platform, slot.format, slot.post_type, slot.campaign) if each])
    if slot.link:
        event.add("url", slot.link)
    return event


def _description(slot: Slot, formats: Formats) -> str:
    """What whoever makes the post needs to know."""
    words = formats.words
    lines = [
        slot.caption or formats.gettext("Idea: %(idea)s", idea=slot.hook),
        formats.gettext(
            "Kind: %(post_type)s, %(format)s, on %(platform)s",
            post_type=words.level(slot.post_type or "other", "post_type"),
            format=words.level(slot.format or "other", "format"),
            platform=words.platform(slot.platform),
        ),
        formats.gettext("About: %(topic)s", topic=slot.topic) if slot.topic else "",
        formats.gettext("Hashtags: %(hashtags)s", hashtags=" ".join(f"#{tag}" for tag in slot.hashtags))
        if slot.hashtags
        else "",
        formats.gettext("Link: %(link)s", link=slot.link) if slot.link else "",
        formats.gettext("Why: %(why)s", why=slot.why) if slot.why else "",
        *(formats.gettext("See: %(address)s", address=address) for address in slot.evidence),
        formats.gettext(
            "Slot %(slot)s, %(status)s", slot=slot.slot_id, status=formats.gettext(STATUS_WORDS[slot.status])
        ),
    ]
    return "\n".join(line for line in lines if line)
