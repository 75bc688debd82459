"""Restore a training checkpoint from the shipped reader, so that training can continue from it.

    python -m bench.train.reader.restore START rag/reading/model/reading.onnx RUN

The weights are those of the int8 graph, times their scales: what training learns on top is larger than their rounding.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, numpy_helper
from torch import nn

from bench.train.reader.export import ReadingGraph
from bench.train.reader.train import Loss, Reader, Trainer, loss_of


def restored(graph: GraphProto) -> dict[str, NDArray[np.float32]]:
    """Return the parameters of a graph written by ``export.py``, by name.

    They have the shapes of those of ``ReadingGraph``: a product's is (outputs, inputs).
    """
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    parameters = {name: value for name, value in constants.items() if name.endswith((".weight", ".bias"))}
    for product, bias in _products(graph, frozenset(parameters)):
        weights = product.removesuffix("_quantized")
        scaled = constants[product].astype(np.float32) * constants[f"{weights}_scale"]
        parameters[bias.removesuffix("bias") + "weight"] = scaled.T
    return parameters


def _products(graph: GraphProto, biases: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the weights' name of each integer product, and the name of the bias added to it."""
    takers = {name: node for node in graph.node for name in node.input}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            after = takers[node.output[0]]
            while after.op_type != "Add":
                after = takers[after.output[0]]
            yield node.input[1], next(name for name in after.input if name in biases)


def restore(make: Callable[[Path], Reader], graph_of: Callable[[Any], nn.Module], loss: Loss, description: str) -> None:
    """Write the checkpoint of a model: made of ``START``, with the weights of a graph, for ``RUN``."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("graph", type=Path)
    parser.add_argument("run", type=Path)
    arguments = parser.parse_args()
    model = make(arguments.start)
    parameters = restored(onnx.load(arguments.graph).graph)
    graph_of(model).load_state_dict({name: torch.from_numpy(value.copy()) for name, value in parameters.items()})
    arguments.run.mkdir(parents=True, exist_ok=True)
    Trainer(model, arguments.run / "checkpoint.pt", loss).save()


if __name__ == "__main__":
    restore(Reader, ReadingGraph, loss_of, __doc__)
