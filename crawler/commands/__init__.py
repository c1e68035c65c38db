"""Commands that need the crawler only, and what all commands share; rivalscope.py composes them."""
