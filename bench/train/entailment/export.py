"""Export what ``train.py`` made as an int8 graph, beside those of the reader.

python -m bench.train.entailment.export START RUN rag/reading/model
"""

import argparse
from pathlib import Path

from torch import Tensor, nn

from bench.train.entailment.train import EntailmentModel
from bench.train.reader.export import export, through, without_table
from bench.train.reader.train import SHARED


class EntailmentGraph(nn.Module):
    """Maps hidden states of a claim and its evidence to logits of the classes, and of each token being unsupported."""

    def __init__(self, model: EntailmentModel) -> None:
        super().__init__()
        self.layers, self.marks, self.classes = model.bert.encoder.layer[SHARED:], model.span, model.answers

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Take shape (1, tokens, dimension); return shapes (3,) and (tokens,)."""
        read = through(self.layers, hidden)[0]
        return self.classes(read[0]), self.marks(read).squeeze(-1)


def main() -> None:
    """Write ``entailment.onnx``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    model = EntailmentModel(arguments.start)
    model.load(arguments.run)
    without_table(model.bert)
    file = arguments.out / "entailment.onnx"
    export(EntailmentGraph(model), file, model.bert.config.hidden_size, "hidden", ["classes", "marks"])
    print(f"{file.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
