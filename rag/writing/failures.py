"""Why a language model did not write: one sentence, in the language of the question.

It is no ``UserError``: the answer then quotes the documents, and the sentence is its remark.
"""

from rag.wording import Wording

# By reason; braces are filled in with the values, in order.
_SENTENCES = {
    "misnamed": Wording(
        "« {} » n’est pas un modèle de langue : écrivez fournisseur:nom, par exemple ollama:llama3.2.",
        "“{}” is not a language model: write provider:name, for example ollama:llama3.2.",
    ),
    "limit": Wording(
        "{} doit être un nombre entier d’au moins {}, et non « {} ».",
        "{} must be a whole number of at least {}, not “{}”.",
    ),
    "package": Wording(
        "Le modèle {} demande un paquet qui n’est pas installé : pip install {}",
        "The model {} needs a package that is not installed: pip install {}",
    ),
    "key": Wording(
        "Le modèle {} demande une clé : donnez-la dans {}.",
        "The model {} needs a key: set {}.",
    ),
    "refused": Wording(
        "{} refuse la clé du modèle {} : vérifiez {}.",
        "{} rejected the key for the model {}: check {}.",
    ),
    "unreachable": Wording(
        "Aucun modèle de langue ne répond à l’adresse {} : démarrez son serveur, ou vérifiez RAG_MODEL_URL.",
        "No language model answers at {}: start its server, or check RAG_MODEL_URL.",
    ),
    "unknown": Wording(
        "{} n’a pas de modèle {} : vérifiez son nom, ou installez-le d’abord.",
        "{} has no model {}: check its name, or install it first.",
    ),
    "quota": Wording(
        "{} n’accepte plus de requêtes : le quota ou la limite de débit est atteint. Réessayez plus tard.",
        "{} accepts no more requests: a quota or rate limit has been reached. Try again later.",
    ),
    "too long": Wording(
        "Les extraits sont trop longs pour le modèle {} : baissez RAG_MODEL_CONTEXT (actuellement {} jetons).",
        "The evidence is too long for the model {}: lower RAG_MODEL_CONTEXT (now {} tokens).",
    ),
    "no room": Wording(
        "Aucun extrait ne tient dans RAG_MODEL_CONTEXT ({} jetons), dont {} pour la réponse (RAG_MODEL_TOKENS) : "
        "augmentez l’un ou baissez l’autre.",
        "No extract fits into RAG_MODEL_CONTEXT ({} tokens), of which {} are for the answer (RAG_MODEL_TOKENS): "
        "raise one or lower the other.",
    ),
    "slow": Wording(
        "Le modèle {} n’a pas fini en {} secondes : RAG_MODEL_SECONDS lui en donne davantage.",
        "The model {} did not finish in {} seconds: RAG_MODEL_SECONDS gives it more.",
    ),
    "busy": Wording(
        "Le serveur du modèle {} n’est pas prêt, ou est surchargé ({}) : réessayez dans un instant.",
        "The server for the model {} is not ready, or is overloaded ({}): try again in a moment.",
    ),
    "failed": Wording(
        "Le serveur du modèle {} a échoué ({}).",
        "The server for the model {} failed ({}).",
    ),
    "broken": Wording(
        "La connexion au modèle {} s’est interrompue.",
        "The connection to the model {} was lost.",
    ),
    "unreadable": Wording(
        "Ce que le modèle {} a envoyé ne peut pas être lu.",
        "What the model {} sent cannot be read.",
    ),
    "silent": Wording(
        "Le modèle {} n’a rien écrit.",
        "The model {} wrote nothing.",
    ),
    "cut": Wording(
        "Le texte du modèle {} s’arrête à la limite de {} jetons (RAG_MODEL_TOKENS).",
        "The text of the model {} stops at the limit of {} tokens (RAG_MODEL_TOKENS).",
    ),
    "filtered": Wording(
        "Le fournisseur du modèle {} a coupé son texte ici (filtre de contenu).",
        "The provider of the model {} cut its text here (content filter).",
    ),
}
_QUOTED = Wording(
    "Voici ce que vos documents en disent, mot pour mot.", "Here is what your documents say, word for word."
)


class ModelFailure(Exception):
    """A language model cannot be used, or stopped before its end; ``reason`` is a key of the sentences."""

    def __init__(self, reason: str, *values: object) -> None:
        super().__init__(reason, *values)
        self.reason, self.values = reason, values

    def __str__(self) -> str:
        return self.sentence("en")

    def sentence(self, language: str) -> str:
        """Return the sentence in French, or in English for any other language."""
        return _SENTENCES[self.reason].write(language, *self.values)


def explain_failure(failure: ModelFailure, language: str) -> str:
    """Return what is said above an answer that quotes, because no model wrote one."""
    return f"{failure.sentence(language)} {_QUOTED.write(language)}"
