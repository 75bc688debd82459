"""What a message puts in the place of what was asked: «Non, je voulais dire le congé parental»."""

import re

_NO = (
    r"(?:(?:mais |ah |en fait |well,? |actually,? )?(?:non|nan|no|nope|pardon|désolée?|oups|oops|sorry"
    r"|excus(?:e|ez)[- ]moi|je me suis trompée?|my mistake|wait|attends|attendez))"
)
_OPENING = re.compile(rf"^(?:{_NO}\s*[,.;:!…–—-]+\s*)+(?=\w)", re.IGNORECASE)
_MEANT = re.compile(
    rf"^(?:{_NO}\s+)?(?:je (?:voulais|veux) (?:plutôt )?(?:dire|parler|savoir)|je (?:parlais?|pensais|demandais)|plutôt"
    r"|(?:i(?: actually| rather)? (?:meant|mean)|i was (?:asking|talking|thinking)|i['’]?m (?:asking|talking)"
    r"|make that|rather))(?: plutôt)?(?:,? (?P<about>about|of|à|de(?= la\b| l['’])|des|du|de|d['’]))?\s*(?=\w)",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(r"^(?:pas|not) [^,]+?,? (?:mais|but) ", re.IGNORECASE)
_BUT_NOT = re.compile(r",? (?:et |and )?(?:pas|not|non) [^,?]+$", re.IGNORECASE)
_DETERMINED = {"du": "le ", "des": "les "}  # fused with the preposition


def parse_correction(message: str) -> str | None:
    """Return what a message says was meant instead, as a phrase or a question; None if it corrects nothing."""
    opening = _OPENING.match(message)
    correction = message[opening.end() :] if opening else message
    meant = _MEANT.match(correction)
    if not opening and not meant:
        return None
    if meant:
        correction = _DETERMINED.get((meant["about"] or "").lower(), "") + correction[meant.end() :]
    return _BUT_NOT.sub("", _NOT_BUT.sub("", correction)).strip() or None
