"""Rare events: runs that come near are split, so that what one run in a million does is met in a thousand."""
