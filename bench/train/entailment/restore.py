"""Restore a training checkpoint from what ships, so that training can continue from it (``train.py --after RUN``).

python -m bench.train.entailment.restore START rag/reading/model/entailment.onnx RUN
"""

from bench.train.entailment.export import EntailmentGraph
from bench.train.entailment.train import EntailmentModel, loss_of
from bench.train.reader.restore import restore

if __name__ == "__main__":
    restore(EntailmentModel, EntailmentGraph, loss_of, __doc__)
