"""Training of the bundled model: from the JSONL files of `contextsieve distill dataset` to an ONNX file."""
