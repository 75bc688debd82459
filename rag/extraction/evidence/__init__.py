"""The sentences of the candidates, scored, and the few of them that answer."""
