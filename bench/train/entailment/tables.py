"""The words that pairs are made with: openings, additions, and words to exchange, by language."""


def split(text: str) -> tuple[str, ...]:
    """Return the phrases of a text that are set apart by " / "."""
    return tuple(" ".join(text.split()).split(" / "))


def split_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a text, as ``old|new``."""
    return tuple((old, new) for old, _, new in (pair.partition("|") for pair in split(text)))


FINITE_VERBS = {
    "fr": split(
        """
        est / sont / était / étaient / fut / furent / a / ont / avait / avaient / peut / peuvent / doit /
        doivent / devient / permet / comprend / contient / reste / prend / fait / font / va / vont / compte /
        possède / reçoit / représente / commence / constitue / utilise / existe / sera / seront / pouvait /
        faisait
        """
    ),
    "en": split(
        """
        is / are / was / were / has / have / had / can / could / will / would / may / must / should / does / did
        """
    ),
}
MODALS = {
    "fr": split_pairs(
        """
        est|serait / est|pourrait être / est|est peut-être / a été|aurait été / sont|seraient / était|aurait été
        / a été|devait être / peut|doit / doit|peut / pourrait|va / est|sera / est devenu|voulait devenir /
        fut|faillit être / était|est encore / est|n'est plus / a|prévoit d'avoir
        """
    ),
    "en": split_pairs(
        """
        is|might be / was|may have been / are|could be / were|were supposed to be / can|must / must|can /
        may|will / could|did / was|was going to be / became|wanted to become / is|will be / was|was almost /
        is|is no longer / was|is still / has|plans to have / were|were rumoured to be
        """
    ),
}
EXCHANGES = {
    "fr": split_pairs(
        """
        tous les|certains / toutes les|certaines / la plupart des|quelques / plusieurs|tous les / chaque|aucun /
        toujours|parfois / souvent|rarement / jamais|toujours / seulement|notamment / plus|moins / avant|après /
        parce que|bien que / grâce à|malgré / avec|sans / pour|contre / depuis|jusqu'à / pendant|après / et|ou /
        presque|exactement / environ|plus de / près de|loin de / au moins|au plus / premier|dernier /
        première|dernière / début|fin / nord|sud / oriental|occidental / meilleur|pire / père|fils / mère|fille
        / homme|femme / frère|père / matin|soir / été|hiver / printemps|automne / jour|nuit / guerre|paix /
        public|privé / acheté|vendu / gagné|perdu / ouvert|fermé / accepté|refusé / obligatoire|facultatif /
        autorisé|interdit / droite|gauche / ancien|nouveau / petit|grand / petite|grande / haut|bas /
        augmente|diminue / hausse|baisse / euros|dollars / millions|milliards / ans|mois / mois|semaines /
        jours|heures / heures|minutes / mètres|kilomètres / centimètres|mètres / kg|g / %|millions /
        siècle|millénaire / employeur|salarié / locataire|propriétaire / vendeur|acheteur / minimum|maximum /
        entrée|sortie
        """
    ),
    "en": split_pairs(
        """
        all|some / most|few / many|all / several|all / every|no / always|sometimes / often|rarely / never|always
        / only|also / more|less / before|after / because|although / despite|because of / with|without /
        for|against / since|until / during|after / and|or / almost|exactly / about|more than / near|far from /
        at least|at most / first|last / beginning|end / north|south / east|west / best|worst / father|son /
        mother|daughter / man|woman / brother|father / morning|evening / summer|winter / spring|autumn /
        day|night / war|peace / public|private / bought|sold / won|lost / opened|closed / accepted|rejected /
        required|optional / allowed|forbidden / right|left / old|new / small|large / high|low /
        increased|decreased / rise|fall / euros|dollars / million|billion / years|months / months|weeks /
        days|hours / hours|minutes / miles|feet / feet|inches / percent|million / century|decade /
        employer|employee / tenant|landlord / seller|buyer / minimum|maximum / inside|outside
        """
    ),
}
ATTRIBUTIONS = {
    "fr": split(
        """
        Selon {}, / D'après {}, / {} a déclaré que / Pour {}, / {} affirme que / Comme l'a dit {},
        """
    ),
    "en": split(
        """
        According to {}, / {} said that / {} claims that / As {} put it, / In the words of {},
        """
    ),
}
DENIALS = {
    "fr": split(
        """
        Il est faux que / Il n'est pas vrai que / On ne saurait dire que / Contrairement à ce qu'on croit, il
        est inexact que / Rien n'indique que / Personne ne soutient que
        """
    ),
    "en": split(
        """
        It is not true that / It is false that / Nobody claims that / Contrary to belief, it is wrong that /
        There is no sign that
        """
    ),
}
ADDITIONS = {
    "fr": split(
        """
        pour la première fois / ce qui était inédit / deux fois plus qu'auparavant / le plus haut niveau jamais
        atteint / malgré l'opposition de ses voisins / sans aucune exception / dans le monde entier / aux frais
        de l'État / contre l'avis des experts / et cela a causé de nombreux morts / un record / selon une étude
        récente
        """
    ),
    "en": split(
        """
        for the first time / which was unheard of / twice as much as before / the highest level ever / against
        expert advice / despite protests by neighbours / without any exception / all over the world / at public
        expense / a record / which caused many deaths / according to a recent study
        """
    ),
}
INTRODUCTIONS = {
    "fr": split(
        """
        Selon le texte, / D'après ce document, / La source précise que / On apprend que / Comme l'explique
        l'article, / En effet, / Par ailleurs, / En résumé, / Il est indiqué que / Le document rappelle que
        """
    ),
    "en": split(
        """
        According to the text, / As this document says, / The source states that / We learn that / Indeed, / In
        short, / Moreover, / It is reported that / The article notes that
        """
    ),
}
CONNECTIVES = {
    "fr": split_pairs(
        """
        cependant|toutefois / également|aussi / afin de|pour / notamment|entre autres / ainsi que|et /
        lorsque|quand / puisque|car / grâce à|à l'aide de / environ|à peu près / près de|presque / permet
        de|sert à / débute|commence / se trouve|est situé / en raison de|à cause de / principalement|surtout /
        nombreux|beaucoup de / appelé|nommé / actuellement|à l'heure actuelle
        """
    ),
    "en": split_pairs(
        """
        however|nevertheless / also|as well / such as|like / because|since / began|started / about|around /
        approximately|roughly / located|situated / called|named / large|big / used|employed / many|numerous /
        primarily|chiefly / although|though / whereas|while / due to|because of / currently|at present /
        obtained|got / near|close to / help|assist
        """
    ),
}
NUMERALS = {
    "fr": split(
        """
        zéro / un / deux / trois / quatre / cinq / six / sept / huit / neuf / dix / onze / douze
        """
    ),
    "en": split(
        """
        zero / one / two / three / four / five / six / seven / eight / nine / ten / eleven / twelve
        """
    ),
}
