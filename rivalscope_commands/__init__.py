"""The commands that need more than one of the packages; each module is one command, or a few that belong together.

Heavy imports stand inside the commands, so that help, and a second run that is turned away, answer at once.
"""
