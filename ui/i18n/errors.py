"""What goes wrong, said in the language of the page: each sentence that the program writes in English, in French."""

from index.errors import UserError
from ui.i18n.labels import FRENCH, Labels


def said(error: UserError, labels: Labels) -> str:
    """The sentence of an error, and of an error that it names."""
    sentence = _spaced(SENTENCES.get(error.sentence, error.sentence)) if labels is FRENCH else error.sentence
    return sentence.format(*(said(value, labels) if isinstance(value, UserError) else value for value in error.values))


def _spaced(sentence: str) -> str:
    """French guillemets with the no-break spaces that keep them with their words."""
    return sentence.replace("« ", "«\N{NO-BREAK SPACE}").replace(" »", "\N{NO-BREAK SPACE}»")


SENTENCES = {
    # questions
    "The question is empty. Type one.": "La question est vide. Écrivez-en une.",
    "The question holds bytes that are no text. Type it again.": (
        "La question contient des octets qui ne sont pas du texte. Retapez-la."
    ),
    "The question has {:,} characters. Ask in at most {:,}.": (
        "La question compte {} caractères. Posez-la en {} au plus."
    ),
    'No searchable word in "{}". Write at least one word.': (
        "Aucun mot à chercher dans « {} ». Écrivez au moins un mot."
    ),
    "Add a question to the filter: «{}» only says where to search.": (
        "Ajoutez une question au filtre : « {} » dit seulement où chercher."
    ),
    "There are no documents yet. Drop some anywhere on the page, then ask.": (
        "Il n’y a pas encore de documents. Déposez-en n’importe où sur la page, puis posez votre question."
    ),
    "«{}» is not a date; write it as 2022-02-01 or 01/02/2022.": (
        "« {} » n’est pas une date ; écrivez-la 2022-02-01 ou 01/02/2022."
    ),
    "No document is named «{0}». Give its path in the corpus, or a pattern: *{0}*": (
        "Aucun document ne s’appelle « {0} ». Donnez son chemin dans le dossier, ou un motif : *{0}*"
    ),
    # the folder and its index
    "The folder {} does not exist. Check its name.": "Le dossier {} n’existe pas. Vérifiez son nom.",
    "The folder {} to watch does not exist. Put it back, or serve without --watch.": (
        "Le dossier {} à surveiller n’existe pas. Remettez-le en place, ou ne le surveillez pas."
    ),
    "{} is a file. Name the folder that holds it.": "{} est un fichier. Nommez le dossier qui le contient.",
    "{} holds no file to index. Put documents in it, or name another folder.": (
        "{} ne contient aucun fichier à indexer. Mettez-y des documents, ou nommez un autre dossier."
    ),
    "{} holds no file that can be read; of {}, the first is {}: {}.": (
        "{} ne contient aucun fichier lisible ; sur {}, le premier est {} : {}."
    ),
    "No index in {}. Build one: rag rebuild FOLDER": "Pas d’index dans {}. Créez-le : rag rebuild DOSSIER",
    "{} was made by another version of this program. Build it again: rag rebuild FOLDER": (
        "{} vient d’une autre version de ce programme. Refaites-le : rag rebuild DOSSIER"
    ),
    "The manifest of {} is absent or damaged. Build it again: rag rebuild FOLDER": (
        "Le manifeste de {} manque ou est endommagé. Refaites l’index : rag rebuild DOSSIER"
    ),
    "The documents in {} cannot be read. Build the index again: rag rebuild FOLDER": (
        "Les documents de {} sont illisibles. Refaites l’index : rag rebuild DOSSIER"
    ),
    "The lexical index in {} cannot be read. Build the index again: rag rebuild FOLDER": (
        "L’index lexical de {} est illisible. Refaites l’index : rag rebuild DOSSIER"
    ),
    "{} cannot be read. Build the index again: rag rebuild FOLDER": (
        "{} est illisible. Refaites l’index : rag rebuild DOSSIER"
    ),
    "{} vectors but {} sentences in {}. Build it again: rag rebuild FOLDER": (
        "{} vecteurs mais {} phrases dans {}. Refaites l’index : rag rebuild DOSSIER"
    ),
    "The index in {} was made with the encoder {}, but {} is requested. Build it again: rag rebuild FOLDER": (
        "L’index de {} a été fait avec l’encodeur {}, mais {} est demandé. Refaites-le : rag rebuild DOSSIER"
    ),
    "The index in {} is of another encoder or another version of it ({}). Build it again: rag rebuild FOLDER": (
        "L’index de {} est d’un autre encodeur, ou d’une autre version ({}). Refaites-le : rag rebuild DOSSIER"
    ),
    "To use the encoder {!r}, install its converter: pip install 'sourcier[convert]'": (
        "Pour utiliser l’encodeur {!r}, installez son convertisseur : pip install 'sourcier[convert]'"
    ),
    "The encoder {!r} cannot be loaded: {}. Name the folder of a model, or {!r}, the bundled one.": (
        "L’encodeur {!r} ne peut être chargé : {}. Indiquez le dossier d’un modèle, ou {!r}, l’encodeur fourni."
    ),
    (
        "The index in {} was made with the encoder {}. To use it, name it: RAG_ENCODER={}. "
        "To use the bundled one, rebuild with RAG_ENCODER={}."
    ): (
        "L’index de {} a été fait avec l’encodeur {}. Pour l’utiliser, nommez-le : RAG_ENCODER={}. "
        "Pour utiliser celui qui est fourni, refaites l’index avec RAG_ENCODER={}."
    ),
    "The encoder {!r} returns vectors with invalid numbers. Use another one.": (
        "L’encodeur {!r} renvoie des vecteurs aux nombres invalides. Utilisez-en un autre."
    ),
    "{} not found": "{} introuvable",
    "sentence-transformers says: {}": "sentence-transformers dit : {}",
    "this folder does not exist": "ce dossier n’existe pas",
    "its vectors hold invalid numbers": "ses vecteurs contiennent des nombres invalides",
    "it is not on this machine, and the hub of models cannot be reached": (
        "il n’est pas sur cette machine, et le dépôt de modèles est injoignable"
    ),
    "{} is not a table of int8 rows ({})": "{} n’est pas un tableau de lignes int8 ({})",
    "{} is being rebuilt by another process. Wait for it, or stop it.": (
        "{} est mis à jour par un autre processus. Attendez-le, ou arrêtez-le."
    ),
    "{} is being rebuilt by process {} on {}, since {}. Wait for it, or stop it.": (
        "{} est mis à jour par le processus {} sur {}, depuis {}. Attendez-le, ou arrêtez-le."
    ),
    "The disk that holds {} is full or fails. Make room, then rebuild.": (
        "Le disque de {} est plein ou défaillant. Faites de la place, puis mettez l’index à jour."
    ),
    "Cannot write to {} ({}). Check the disk, then rebuild.": (
        "Impossible d’écrire dans {} ({}). Vérifiez le disque, puis mettez l’index à jour."
    ),
    "{} is the folder of the documents. Choose another for the index with --index.": (
        "{} est le dossier des documents. Choisissez-en un autre pour l’index avec --index."
    ),
    "{} is a file, but an index is a folder. Choose another one with --index.": (
        "{} est un fichier, mais un index est un dossier. Choisissez-en un autre avec --index."
    ),
    "Cannot write to {}. Choose another folder with --index.": (
        "Impossible d’écrire dans {}. Choisissez un autre dossier avec --index."
    ),
    "The rebuild failed ({}); the terminal tells more. The index is as it was.": (
        "La mise à jour a échoué ({}) ; le terminal en dit plus. L’index est resté ce qu’il était."
    ),
    "The update was stopped: the index is as it was, and what was read is kept for the next.": (
        "La mise à jour a été interrompue : l’index est resté tel quel, et ce qui a été lu servira à la prochaine."
    ),
    # a document to forget
    "{} is a folder. Name one file of it.": "{} est un dossier. Nommez un de ses fichiers.",
    "There is no document «{}» in {}, nor in the index. Give its path there, or its id.": (
        "Aucun document « {} » dans {}, ni dans l’index. Donnez son chemin dans ce dossier, ou son identifiant."
    ),
    "{} cannot be deleted ({}). Delete it, then try again.": (
        "{} ne peut être supprimé ({}). Supprimez-le, puis recommencez."
    ),
    "An older index in {} cannot be deleted. Stop what uses it, then try again.": (
        "Un ancien index ne peut être supprimé dans {}. Arrêtez ce qui s’en sert, puis recommencez."
    ),
    # the page
    "Cannot serve at {} port {} ({}): choose another with --port.": (
        "Impossible de servir à {}, port {} ({}) : choisissez-en un autre avec --port."
    ),
    "Serving at {} makes the page reachable from other machines: set RAG_PASSWORD, or leave out --host.": (
        "Écouter sur {} rend la page accessible depuis d’autres machines : définissez RAG_PASSWORD, ou retirez --host."
    ),
    "TLS needs two files: --tls-certificate and --tls-key. Only one is given.": (
        "TLS demande deux fichiers : --tls-certificate et --tls-key. Un seul est indiqué."
    ),
    "No file {} to serve TLS with. Check its name.": "Le fichier {}, nécessaire à TLS, n’existe pas. Vérifiez son nom.",
    "TLS cannot be served with {}: {}.": "Impossible d’utiliser {} pour TLS : {}.",
    "«{}» is not a valid file name.": "« {} » n’est pas un nom de fichier valable.",
    "«{}»: {}.": "« {} » : {}.",
    "«{}» holds more than {} MB. Split it.": "« {} » dépasse {} Mo. Divisez-le.",
    "There is no file «{}» in {}.": "Il n’y a pas de fichier « {} » dans {}.",
    "«{}» cannot be removed ({}).": "« {} » ne peut être retiré ({}).",
    "«{}» cannot be added ({}).": "« {} » ne peut être ajouté ({}).",
    "«{}» cannot be put back ({}).": "« {} » ne peut être remis en place ({}).",
    "«{}» cannot be deleted ({}).": "« {} » ne peut être supprimé ({}).",
    "«{}» is the lock file of a document that is open in an office program. Add the document itself.": (
        "« {} » est le fichier de verrouillage d’un document ouvert dans une suite bureautique. "
        "Ajoutez le document lui-même."
    ),
    "«{}» cannot be added: the index is kept there. Choose another folder.": (
        "« {} » ne peut être ajouté : l’index est rangé à cet endroit. Choisissez un autre dossier."
    ),
    "«{}» is a link to another place. Choose another folder.": (
        "« {} » est un lien vers un autre endroit. Choisissez un autre dossier."
    ),
    "The sample cannot be changed. Add documents of your own instead.": (
        "L’exemple ne peut pas être modifié. Ajoutez plutôt vos propres documents."
    ),
    "There is no sample on this machine. Add documents of your own.": (
        "Il n’y a pas d’exemple sur cette machine. Ajoutez vos propres documents."
    ),
    "{} can no longer be watched ({}).": "{} ne peut plus être surveillé ({}).",
    "The folder {} does not exist. Put it back, then add files.": (
        "Le dossier {} n’existe pas. Remettez-le en place, puis ajoutez des fichiers."
    ),
    "k must be at least 1 (got {}).": "k doit valoir au moins 1 (reçu : {}).",
    # why a file is not read: a clause after its name and a colon
    "no reader for {}": "aucun lecteur pour {}",
    "no reader for files without a suffix": "aucun lecteur pour un fichier sans extension",
    "it cannot be opened": "il ne s’ouvre pas",
    "it cannot be opened ({})": "il ne s’ouvre pas ({})",
    "it is empty": "il est vide",
    "it holds no text": "il ne contient pas de texte",
    "it holds no text (the bytes are those of another kind of file)": (
        "il ne contient pas de texte (ses octets sont ceux d’une autre sorte de fichier)"
    ),
    "it holds only images of text: run OCR first": (
        "il ne contient que des images de texte : passez-le d’abord par une reconnaissance de caractères (OCR)"
    ),
    "it holds more than {} million characters; split it": "il dépasse {} millions de caractères ; divisez-le",
    "it is larger than {} MB; split it": "il dépasse {} Mo ; divisez-le",
    "it unpacks to more than {} MB, or {} files": "décompressé, il dépasse {} Mo, ou {} fichiers",
    "it is protected by a password; save it without one": (
        "il est protégé par un mot de passe ; enregistrez-le sans mot de passe"
    ),
    "it is damaged, or not a PDF": "il est endommagé, ou n’est pas un PDF",
    "it is damaged, or not a Word document": "il est endommagé, ou n’est pas un document Word",
    "it is damaged, or not what its name says": "il est endommagé, ou n’est pas ce que dit son nom",
    "it is damaged ({} cannot be read)": "il est endommagé ({} est illisible)",
    "it is damaged (its XML cannot be read)": "il est endommagé (son XML est illisible)",
    "it is damaged (it names no package)": "il est endommagé (il ne nomme aucun contenu)",
    "it is not a table ({})": "ce n’est pas un tableau ({})",
    "invalid JSON (line {})": "JSON invalide (ligne {})",
    "it is nested too deeply": "il est trop profondément imbriqué",
    "it is not rich text (RTF)": "ce n’est pas du RTF",
    "it is not an e-mail": "ce n’est pas un courriel",
    "it takes more than {:g} seconds to read": "sa lecture prend plus de {:g} secondes",
    "the parser crashed (exit status {})": "le fichier fait planter l’extracteur de texte (code {})",
    "the parser was stopped from outside (exit status {})": (
        "l’extracteur de texte a été interrompu de l’extérieur (code {})"
    ),
    "reading it takes more than {} GiB of memory": "sa lecture prend plus de {} Gio de mémoire",
    "the parser failed ({}: {})": "l’extraction du texte a échoué ({} : {})",
    "a folder that cannot be opened ({})": "un dossier qui ne s’ouvre pas ({})",
    "its name is not valid text; rename it": "son nom n’est pas du texte valide ; renommez-le",
    "a broken symbolic link": "un lien symbolique rompu",
    "a symbolic link that leaves the folder": "un lien symbolique qui sort du dossier",
    "a symbolic link to a folder, which is not followed": "un lien symbolique vers un dossier, qui n’est pas suivi",
    "not a regular file": "ce n’est pas un fichier ordinaire",
}
