"""Training goes on from the graph that ships: the restored weights give what the graph gives."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import rag

GRAPH = Path(rag.__file__).parent / "reading" / "model" / "reading.onnx"
WIDTH = 384


@pytest.mark.slow
def test_restored_weights_read_as_the_graph_does() -> None:
    # Imported here, since each process that collects the tests would take ten seconds for it.
    import onnx
    import onnxruntime
    import torch
    from torch import nn
    from transformers import BertConfig, BertModel

    from bench.train.reader.export import ReadingGraph
    from bench.train.reader.restore import restored

    config = BertConfig(
        vocab_size=4, hidden_size=WIDTH, num_hidden_layers=12, num_attention_heads=12, intermediate_size=4 * WIDTH
    )
    heads = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1))
    bert = BertModel(config, add_pooling_layer=False)
    reading = ReadingGraph(SimpleNamespace(bert=bert, span=nn.Linear(WIDTH, 2), answers=heads)).eval()
    parameters = restored(onnx.load(GRAPH).graph)
    reading.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in parameters.items()})

    hidden = np.random.default_rng(3).normal(size=(1, 40, WIDTH)).astype(np.float32)
    with torch.no_grad():
        spans, answers = reading(torch.from_numpy(hidden))
    shipped_spans, shipped_answers = onnxruntime.InferenceSession(GRAPH).run(None, {"hidden": hidden})

    assert np.corrcoef(spans.numpy().ravel(), shipped_spans.ravel())[0, 1] > 0.98
    assert answers.numpy() == pytest.approx(shipped_answers, abs=1.0)
