"""French infinitives: by their ending, and those that end as nouns do («dossier», «registre», «couloir») by name."""

from rag.text.patterns import either

_NAMED_VERB = either(
    """(?:re)?(?:faire|mettre|prendre|vendre|lire|joindre|voir|payer|construire) défaire transmettre permettre
    soumettre comprendre apprendre rendre attendre étendre répondre perdre suivre poursuivre vivre écrire inscrire
    souscrire décrire dire interdire détruire produire réduire traduire conduire boire croire cuire élire réélire
    dissoudre résoudre peindre éteindre être rompre conclure exclure inclure connaître reconnaître avoir recevoir
    percevoir prévoir [a-zé]+ifier résilier publier copier oublier étudier relier envoyer renvoyer nettoyer employer
    essayer"""
)
_NO_VERB = either(
    """hiver mer fer dîner souper goûter déjeuner enfer cancer poster avenir souvenir plaisir désir loisir verger danger
    berger boulanger étranger passager messager usager clocher boucher rocher plancher archer"""
)
INFINITIVE = rf"(?-i:(?:{_NAMED_VERB}|(?!{_NO_VERB}\b)[a-zà-ÿœ]{{2,}}(?:(?<![iy])er|(?<!o)ir))(?![\w’'-]))"
