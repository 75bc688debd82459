"""Put phrases into sentences: a preposition fused with an article, a capital at the beginning."""

from index.language import fold

_FUSED = {"de": (("le ", "du "), ("les ", "des ")), "à": (("le ", "au "), ("les ", "aux "))}


def join_preposition(preposition: str, phrase: str) -> str:
    """Return «de» or «à» with a phrase, fused with its article: «du moulin», «aux écoles», «d'Arles»."""
    for article, fused in _FUSED[preposition]:
        if phrase.lower().startswith(article):
            return fused + phrase[len(article) :]
    if preposition == "de" and fold(phrase)[0] in "aeiouyh":
        return f"d’{phrase}"
    return f"{preposition} {phrase}"


def capitalize(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
