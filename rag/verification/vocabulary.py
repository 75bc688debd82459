"""Closed classes of words that change what a sentence states: negation, modality, quantifiers, antonyms.

All words are folded, French and English together.
"""

from pathlib import Path

from index.language import STOPWORDS

AUXILIARIES = frozenset(
    """a ai as ont avons avez avait avaient aura auront eu eut eurent est sont etait etaient fut furent sera seront ete
    etre avoir suis sommes soit soient va vont allait is are was were be been being am has have had having do does did
    will shall s y en get got ayant etant""".split()
)
BE = frozenset("est sont etait etaient fut furent sera seront ete etre soit is are was were be been being".split())
# What may open a sentence about the subject of the one before.
PRONOUNS = frozenset(
    """il elle ils elles ce cet cette ces celui celle ceux son sa ses leur leurs it he she they this these its his her
    their""".split()
)
# What stands before the word denied; «pas» and «plus» only after «ne».
DENYING = frozenset(
    """not never no nor neither without cannot nobody nothing none sans jamais aucun aucune nul nulle ni nullement
    aucunement t non""".split()
)
DENYING_NOUNS = frozenset("sans without ni nor neither non aucun aucune nul nulle".split())
FRENCH_NEGATIVES = frozenset(
    "pas plus jamais rien personne aucun aucune guere ni nul nulle nullement aucunement point".split()
)
DENIED_VERBS = frozenset(
    """refuse refuses refused refusing refuser refusait refusent declined decline declines failed fails fail renonce
    renonces renonceront dement dementi dementie denied denies deny nie nient niait faux fausse fausses false untrue
    inexact inexacte truque truquee truques truquees mensonger mensongere infonde infondee infondes fake bogus
    unfounded""".split()
)
POSSIBLE = frozenset(
    """pourrait pourraient peut peuvent pouvait might may could can possible possibly perhaps maybe probable
    probablement probably likely eventuel eventuelle eventuellement devrait devraient should would aurait auraient
    serait seraient ferait feraient allegedly reportedly presume presumee supposedly apparemment apparently
    hypothese susceptible susceptibles semble sembleraient semblerait seems
    devait devaient prevu prevue prevoyait espere espererent esperait esperaient revait revaient voulait voulaient
    souhaitait souhaitaient tenta tenterent tentait essaya faillit failli envisage envisageait meant hoped hopes planned
    supposed intended intends wanted wished tried attempted""".split()
)
STRONG_POSSIBLE = POSSIBLE - frozenset(
    "peut peuvent can would should devrait devraient pouvait hypothese would".split()
)
QUANTIFIERS = {
    word: name
    for name, words in {
        "all": "tous toutes tout toute all every each chaque chacun chacune everyone everybody",
        "some": "certains certaines quelques some several plusieurs certain",
        "most": "plupart most majorite majority",
        "few": "peu few rares",
        "none": "aucun aucune nul nulle no none",
        "only": "seul seule seuls seules seulement uniquement only solely exclusivement",
    }.items()
    for word in words.split()
}
UNIVERSAL = frozenset("tous toutes tout toute all every each chaque".split())
PARTIAL = frozenset(
    "des certains certaines quelques some several plusieurs many most beaucoup plupart nombreux nombreuses".split()
)
INDEFINITE = frozenset("un une a an".split())
# What says that something goes on; «toujours» also says that it is always so.
LASTING = frozenset("toujours encore still desormais dorenavant nowadays".split())
FREQUENCIES = {
    word: name
    for name, words in {
        "always": "toujours always systematiquement systematically constamment constantly",
        "often": "souvent often frequemment frequently regulierement regularly generalement generally usually",
        "sometimes": "parfois sometimes occasionnellement occasionally",
        "rarely": "rarement rarely seldom",
        "never": "jamais never",
    }.items()
    for word in words.split()
}
SPEAKING = frozenset(
    """dit disent declare declares declaree indique indiquent annonce annoncent affirme affirment souligne ajoute
    precise explique rapporte estime assure rappelle confirme selon according
    read reads lit lire lisait ecrit write writes wrote said says say told tells stated
    states declared announced added claimed reported explained noted stressed insisted argued propos""".split()
)
LINKING = frozenset(
    """pres environ autour presque nearly approximately roughly around circa
    egalement also ainsi notamment however cependant toutefois neanmoins therefore thus alors aussi deja already
    ailleurs moreover furthermore effet outre indeed effectivement enfin finally soit voire etc meme memes dont
    situe situee located fait faits faite appele appelee nomme nommee named called
    according selon monsieur madame mme mr mrs ms""".split()
)
COMPARING = frozenset("plus moins more less fewer".split())
PREFIXES = ("in", "im", "ir", "il", "un", "dis", "non", "de", "des", "a", "mal", "mis")


def _read_rows(name: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """Return the words between the bars of each line of a file."""
    lines = (Path(__file__).parent / "data" / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(frozenset(cell.split()) for cell in line.split("|")) for line in lines if line[0] != "#")


_OPPOSITES = _read_rows("antonyms.txt")
_CLASSES = [{word: number for number, words in enumerate(row) for word in words} for row in _read_rows("exclusive.txt")]
_ENDINGS = ("", "s", "x", "e", "es")
# What says nothing alone; the classes above are compared by rules of their own.
FUNCTIONAL = STOPWORDS | AUXILIARIES | LINKING | DENYING | FRENCH_NEGATIVES | POSSIBLE | {*QUANTIFIERS}


def are_antonyms(word: str, other: str) -> bool:
    """Return whether two folded words mean the opposite, by the list or by a prefix."""
    if word == other:
        return False
    for left, right in _OPPOSITES:
        if (_in(word, left) and _in(other, right)) or (_in(word, right) and _in(other, left)):
            return True
    return _has_prefix(word, other) or _has_prefix(other, word)


def are_exclusive(word: str, other: str) -> bool:
    """Return whether two folded words are of one class, and what is one is not the other: «mother», «aunt»."""
    for row in _CLASSES:
        mine, theirs = _meanings(word, row), _meanings(other, row)
        if mine and theirs and not mine & theirs:
            return True
    return False


def _meanings(word: str, row: dict[str, int]) -> set[int]:
    """Return the places of a word, or of what it is the plural or the feminine of, in a class."""
    bare = (word[: len(word) - len(ending)] for ending in _ENDINGS if word.endswith(ending))
    return {row[form] for form in bare if form in row}


def _in(word: str, side: frozenset[str]) -> bool:
    """Return whether the side holds the word, or a stem of four letters and more that it begins with."""
    return word in side or any(len(stem) >= 5 and word.startswith(stem) and len(word) - len(stem) <= 6 for stem in side)


def _has_prefix(longer: str, shorter: str) -> bool:
    return len(shorter) >= 5 and any(longer == prefix + shorter for prefix in PREFIXES if len(prefix) > 1)
