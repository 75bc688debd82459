"""Restore a training checkpoint from what ships, so that training can continue from it (``train.py --after RUN``).

python -m bench.train.entailment.restore START rag/reading/model/entailment.onnx RUN
"""

import argparse
from pathlib import Path

import onnx
import torch

from bench.train.entailment.export import EntailmentGraph
from bench.train.entailment.train import EntailmentModel, loss_of
from bench.train.reader.restore import restored
from bench.train.reader.train import Trainer


def main() -> None:
    """Write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("graph", type=Path)
    parser.add_argument("run", type=Path)
    arguments = parser.parse_args()
    model = EntailmentModel(arguments.start)
    parameters = restored(onnx.load(arguments.graph).graph)
    EntailmentGraph(model).load_state_dict({name: torch.from_numpy(value.copy()) for name, value in parameters.items()})
    arguments.run.mkdir(parents=True, exist_ok=True)
    Trainer(model, arguments.run / "checkpoint.pt", loss_of).save()


if __name__ == "__main__":
    main()
