"""The one error that a person who types a command is meant to read."""


class Refusal(Exception):
    """Farol cannot do what was asked. The message is a sentence or two: what is wrong, and what to do."""
