"""What can go wrong while a brief is written."""

from __future__ import annotations


class BriefError(Exception):
    """A brief that cannot be written; the message says what, where and how to mend it."""


class UnknownNameError(BriefError):
    """A name that the list does not have."""


class LookError(BriefError):
    """A logo or a template of the user's own that cannot be used."""


class LanguageError(BriefError):
    """A language without a catalogue, or a catalogue that cannot be used."""


class PlanningError(BriefError):
    """A plan that cannot be made, or a sheet of one that cannot be read."""
