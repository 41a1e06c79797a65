"""What stops a run before anything was measured."""


class Trouble(Exception):
    """A message for the reader: what is missing, and what would mend it."""
