"""The same network in plain PyTorch: `python bench/gpu/plain_torch.py --length 256 --rows 1,2,4 [--device cuda]`.

The weights are the bundled model's as the peers' checkpoint has them (bench/peers/setup.sh makes it), in float32 and in
float16. Prints one line of JSON per type and size: {"form": "fp32", "rows": 1, "tokensPerSecond": 1234}.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from transformers import AutoModelForTokenClassification

CHECKPOINT = Path(__file__).resolve().parents[2] / "build/peers/contextsieve-bert-base-multilingual-cased"
RUNS = 5
WORD = 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--length", type=int, required=True)
    parser.add_argument("--rows", required=True)
    options = parser.parse_args()
    rows = [int(size) for size in options.rows.split(",")]
    for form, dtype in (("fp32", torch.float32), ("fp16", torch.float16)):
        model = AutoModelForTokenClassification.from_pretrained(options.checkpoint, torch_dtype=dtype)
        model = model.to(options.device).eval()
        for size in rows:
            speed = measure(model, size, options.length, options.device)
            print(json.dumps({"form": form, "rows": size, "tokensPerSecond": round(speed)}), flush=True)


def measure(model: torch.nn.Module, rows: int, length: int, device: str) -> float:
    """Tokens per second of the best of a few runs, answers copied to the host as the library does."""
    shape = (rows, length)
    ids = torch.full(shape, WORD, dtype=torch.int64)
    best = float("inf")
    with torch.inference_mode():
        for run in range(RUNS + 1):
            started = time.perf_counter()
            on_device = ids.to(device)
            output = model(input_ids=on_device, attention_mask=torch.ones_like(on_device), output_hidden_states=True)
            # One vector a row, as sums of sentences are few beside the states of all tokens.
            output.logits.cpu(), output.hidden_states[-1].sum(dim=1).cpu()
            if run > 0:
                best = min(best, time.perf_counter() - started)
    return rows * length / best


if __name__ == "__main__":
    main()
