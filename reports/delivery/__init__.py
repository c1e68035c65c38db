"""Bringing a brief, or alerts, to people: by mail, to a service, into a folder or a bucket.

Only what the user set up is contacted: their mail server, their service's address, their bucket. These may be on a
private network; the fence that keeps the crawler from such places is about pages, not about the user's own receivers.
"""

from reports.delivery.briefs import brief_errands, waiting_briefs
from reports.delivery.ledger import Ledger
from reports.delivery.parcels import Parcel, sentences_parcel, trial_parcel
from reports.delivery.receivers import DeliveryError, Receiver, Reply
from reports.delivery.rounds import Attempt, Errand, errands_of, go_round, hand_over, trouble_with

__all__ = [
    "Attempt",
    "DeliveryError",
    "Errand",
    "Ledger",
    "Parcel",
    "Receiver",
    "Reply",
    "brief_errands",
    "errands_of",
    "go_round",
    "hand_over",
    "sentences_parcel",
    "trial_parcel",
    "trouble_with",
    "waiting_briefs",
]
