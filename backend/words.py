"""Text that people wrote: trimmed, and no longer than a screen can show."""

from __future__ import annotations

from backend.errors import BadInput

LONGEST = 4000


def said(text: str, field: str, *, longest: int = LONGEST) -> str:
    """Raises BadInput when nothing was said, or too much."""
    kept = may_say(text, field, longest=longest)
    if not kept:
        raise BadInput(f"{field} is empty: say in a few words what it is.", errors={field: "must say something"})
    return kept


def may_say(text: str | None, field: str, *, longest: int = LONGEST) -> str:
    """As `said`, for what may be left out: absent is the empty text."""
    kept = (text or "").strip()
    if len(kept) > longest:
        sentence = f"has at most {longest} characters, and {len(kept)} were sent"
        raise BadInput(f"{field} {sentence}.", errors={field: sentence})
    return kept
