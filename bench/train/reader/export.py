"""Export the shipped files: three int8 graphs and the table of word pieces.

    python -m bench.train.reader.export START RUN rag/reading/model

``lower.onnx`` has the layers that both tops share, ``embedding.onnx`` the upper layers of multilingual-e5-small as they
are, ``reading.onnx`` what ``train.py`` made of them. Weights have one scale for each output channel and seven bits:
processors before VNNI add two products in 16 bits, and would saturate.
"""

import argparse
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata
from safetensors.numpy import save_file
from torch import Tensor, nn
from transformers import BertModel

from bench.train.reader.train import SHARED, Reader

POSITIONS = 320  # tokens of the longest text that the graphs take


class LowerGraph(nn.Module):
    """Maps the vectors of word pieces to the hidden states of the shared layers."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.embeddings, self.layers = bert.embeddings, bert.encoder.layer[:SHARED]

    def forward(self, pieces: Tensor) -> Tensor:
        """Take and return shape (1, tokens, dimension)."""
        hidden = self.embeddings(inputs_embeds=pieces)
        return through(self.layers, hidden)


class EmbeddingGraph(nn.Module):
    """Maps hidden states to one vector of length 1: the mean over the tokens."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.layers = bert.encoder.layer[SHARED:]

    def forward(self, hidden: Tensor) -> Tensor:
        """Take shape (1, tokens, dimension); return shape (dimension,)."""
        mean = through(self.layers, hidden)[0].mean(0)
        vector: Tensor = mean / mean.norm()
        return vector


class ReadingGraph(nn.Module):
    """Maps hidden states of a question and a passage to span logits, and the log-odds of an answer."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.layers, self.span, self.answers = reader.bert.encoder.layer[SHARED:], reader.span, reader.answers

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Take shape (1, tokens, dimension); return shapes (tokens, 2) and (1,)."""
        read = through(self.layers, hidden)[0]
        return self.span(read), self.answers(read[0])


def through(layers: Any, hidden: Tensor) -> Tensor:
    for layer in layers:
        output = layer(hidden)
        hidden = output if isinstance(output, Tensor) else output[0]
    return hidden


def without_table(bert: Any) -> Any:
    """Return the model without its piece table, which is stored separately, and with fewer positions."""
    embeddings = bert.embeddings
    rows = embeddings.position_embeddings.weight.data[:POSITIONS]
    embeddings.position_embeddings = nn.Embedding.from_pretrained(rows)  # type: ignore[no-untyped-call]
    embeddings.word_embeddings = nn.Embedding(4, bert.config.hidden_size)
    embeddings.position_ids = embeddings.position_ids[:, :POSITIONS]
    embeddings.token_type_ids = embeddings.token_type_ids[:, :POSITIONS]
    bert.set_attn_implementation("eager")  # as products of matrices
    return bert.eval()


def export(module: nn.Module, file: Path, width: int, takes: str, gives: list[str]) -> None:
    """Write a module as an int8 graph."""
    unquantized = file.with_suffix(".whole.onnx")
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of torch, about itself
        torch.onnx.export(
            module.eval(),
            (torch.randn(1, 9, width),),
            unquantized,
            input_names=[takes],
            output_names=gives,
            dynamic_shapes=({1: torch.export.Dim.DYNAMIC},),
            verbose=False,
        )
    graph = onnx.load(unquantized)
    add_pre_process_metadata(graph)
    onnx.save(graph, unquantized)
    quantize_dynamic(
        unquantized,
        file,
        per_channel=True,
        weight_type=QuantType.QInt8,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm"],
    )
    for leftover in file.parent.glob(f"{unquantized.name}*"):
        leftover.unlink()
    _strip(file)


def _strip(file: Path) -> None:
    """Remove the metadata of the graph's origin: half a megabyte."""
    graph = onnx.load(file)
    for node in graph.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for element in (graph, graph.graph, *graph.graph.input, *graph.graph.output):
        del element.metadata_props[:]
    del graph.graph.value_info[:]
    onnx.save(graph, file)


def save_table(bert: BertModel, file: Path) -> None:
    """Write the vectors of the pieces as int8 rows, each with its scale."""
    table = bert.embeddings.word_embeddings.weight.data.numpy()
    scales = np.abs(table).max(axis=1) / 127
    scales[scales == 0] = 1
    save_file({"rows": np.rint(table / scales[:, None]).astype(np.int8), "scales": scales.astype(np.float32)}, file)


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    reader = Reader(arguments.start)
    reader.load(arguments.run)
    bert = BertModel.from_pretrained(arguments.start, add_pooling_layer=False)
    width = bert.config.hidden_size
    save_table(bert, out / "pieces.safetensors")
    without_table(reader.bert)
    without_table(bert)
    export(LowerGraph(bert), out / "lower.onnx", width, "pieces", ["hidden"])
    export(EmbeddingGraph(bert), out / "embedding.onnx", width, "hidden", ["vector"])
    export(ReadingGraph(reader), out / "reading.onnx", width, "hidden", ["spans", "answers"])
    (out / "tokenizer.json").write_bytes((arguments.start / "tokenizer.json").read_bytes())
    print(f"{sum(file.stat().st_size for file in out.iterdir()) / 2**20:.1f} MiB in {out}")


if __name__ == "__main__":
    main()
