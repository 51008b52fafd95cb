"""Serves a model folder's graph from a real Triton server, for the checks in triton.ts.

    python triton_server.py GRAPH.onnx NAME HTTP_PORT

Triton's Python backend runs the graph by onnxruntime, one batch as it comes: what company a text has in its batch is
the client's to decide.
"""

import sys

import numpy as np
import onnxruntime
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

graph, name, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2
session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
input_names = [value.name for value in session.get_inputs()]
output_names = [value.name for value in session.get_outputs()]


def infer(requests):
    """Answers each request by a run of its own."""
    answers = []
    for request in requests:
        feeds = {key: request.data[key] for key in input_names}
        outputs = session.run(output_names, feeds)
        answers.append(dict(zip(output_names, outputs)))
    return answers


def tensor(value, dtype):
    """A tensor as Triton is told of it: sides with names are open."""
    shape = tuple(side if isinstance(side, int) else -1 for side in value.shape)
    return Tensor(name=value.name, dtype=dtype, shape=shape)


config = TritonConfig(http_port=port, allow_grpc=False, allow_metrics=False, log_verbose=0)
with Triton(config=config) as triton:
    triton.bind(
        model_name=name,
        infer_func=infer,
        inputs=[tensor(value, np.int64) for value in session.get_inputs()],
        outputs=[tensor(value, np.float32) for value in session.get_outputs()],
        config=ModelConfig(batching=False),
    )
    triton.serve()
