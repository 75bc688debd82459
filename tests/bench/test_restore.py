"""Training goes on from the graph that ships: the restored weights give what the graph gives."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import rag

MODEL = Path(rag.__file__).parent / "reading" / "model"
WIDTH = 384


@pytest.mark.exhaustive  # it imports torch
@pytest.mark.parametrize(("file", "outputs", "classes"), [("reading", 2, 1), ("entailment", 1, 3)])
def test_restored_weights_read_as_the_graph_does(file: str, outputs: int, classes: int) -> None:
    # Imported here, since each process that collects the tests would take ten seconds for it.
    import onnx
    import onnxruntime
    import torch
    from torch import nn
    from transformers import BertConfig, BertModel

    from bench.train.entailment.export import EntailmentGraph
    from bench.train.reader.export import ReadingGraph
    from bench.train.reader.restore import restored

    config = BertConfig(
        vocab_size=4, hidden_size=WIDTH, num_hidden_layers=12, num_attention_heads=12, intermediate_size=4 * WIDTH
    )
    heads = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, classes))
    bert = BertModel(config, add_pooling_layer=False)
    graphs: dict[str, type[nn.Module]] = {"reading": ReadingGraph, "entailment": EntailmentGraph}
    model = graphs[file](SimpleNamespace(bert=bert, span=nn.Linear(WIDTH, outputs), answers=heads)).eval()
    parameters = restored(onnx.load(MODEL / f"{file}.onnx").graph)
    model.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in parameters.items()})

    hidden = np.random.default_rng(3).normal(size=(1, 40, WIDTH)).astype(np.float32)
    with torch.no_grad():
        made = [output.numpy() for output in model(torch.from_numpy(hidden))]
    shipped = onnxruntime.InferenceSession(MODEL / f"{file}.onnx").run(None, {"hidden": hidden})
    tokens, few = sorted(range(2), key=lambda at: -made[at].size)

    assert np.corrcoef(made[tokens].ravel(), shipped[tokens].ravel())[0, 1] > 0.98
    assert made[few] == pytest.approx(shipped[few], abs=1.0)
