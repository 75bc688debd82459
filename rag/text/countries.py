"""Countries in texts, by their names or their people, so that «soldats chinois» are not taken for Russian ones."""

import re

from index.language import fold

# One country between bars: beginnings of its names and of those of its people; a stop ends a whole word.
_NAMES = """
france francai french|alleman allemagn german|britann british briton anglais angleterre english england|ecoss scot
|irland ireland irish|gallois welsh wales|americain american unis. usa. states.|espagn spain spanish|italie italia italy
|portug|belg|neerland holland dutch netherl|suisse swiss switzerl|autrich austria|polon poland polish
|tchequ tchec czech|slova
|hongr hungar|rouma romania|bulgar|grec. grecs. grecque greece greek|turquie turque. turques. turc. turcs. turk
|russ|ukrain|bielor belarus|sued swed|norveg norway norweg|finland finnish finn.|danois danemark danish denmark
|islande. islandai iceland
|chine. chinoi china. chinese|japon japan|coree korea|inde. indien india|pakistan|afghan|iran|irak iraq|israel
|palestin|syrie. syrien syria|egypt|maroc morocc|alger|tunisi|libye libya|canad|mexi|bresil brazil|argentin
|chili. chilien chile|colombi|cuba|venezuel|perou peruv peru.|australi|zeland zealand|nigeria|ethiop|kenya|senegal
|mali. malien malian|vietnam|thai|indones|philippin|saoud saudi|liban leban|serb|croat|georgie. georgien georgia
|armen|kazakh|lituan lithuan|letton latvia|eston|moldav moldov|yemen|qatar|koweit kuwait|luxemb
"""


def _beginnings(words: str) -> str:
    return "|".join(rf"\b{word[:-1]}\b" if word.endswith(".") else rf"\b{word}" for word in words.split())


_EACH = tuple(re.compile(_beginnings(names)) for names in _NAMES.split("|"))
_ANY = re.compile(_beginnings(_NAMES.replace("|", " ")))


def find_countries(text: str) -> frozenset[int]:
    """Return the numbers of the countries that the text names, or whose people it names."""
    folded = fold(text)
    names = {match.group() for match in _ANY.finditer(folded)}
    return frozenset(at for at, pattern in enumerate(_EACH) for name in names if pattern.match(name))
