"""Python LLMLingua-2 behind lines of JSON: {"documents", "rate", "memo"} in, {"text", "ms"} out.

With `memo` an encoder pass over the same sequences is not done twice: for quality, where the same documents are cut to
several rates. Times are taken without.
"""

import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from training.reference.ranks import provide_ranks  # noqa: E402

provide_ranks(ROOT / "build/peers/tiktoken", ROOT)
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch  # noqa: E402
from llmlingua import PromptCompressor  # noqa: E402

# The bundled model was trained on windows of this many tokens.
WINDOW = 256


def main() -> None:
    torch.set_num_threads(min(8, len(os.sched_getaffinity(0))))
    compressor = PromptCompressor(model_name=sys.argv[1], use_llmlingua2=True, device_map="cpu")
    compressor.max_seq_len = WINDOW
    plain = compressor.model
    remembering = with_memory(plain)
    answer({"ready": True, "version": version("llmlingua")})
    for line in sys.stdin:
        request = json.loads(line)
        compressor.model = remembering if request.get("memo") else plain
        started = time.perf_counter()
        with torch.inference_mode():
            result = compressor.compress_prompt_llmlingua2(request["documents"], rate=request["rate"])
        answer({"text": result["compressed_prompt"], "ms": 1000 * (time.perf_counter() - started)})


def with_memory(model):
    known = {}

    def run(input_ids, attention_mask):
        key = (input_ids.numpy().tobytes(), attention_mask.numpy().tobytes())
        if key not in known:
            if len(known) > 64:
                known.clear()
            known[key] = model(input_ids=input_ids, attention_mask=attention_mask)
        return known[key]

    return run


def answer(message: dict) -> None:
    OUT.write(json.dumps(message) + "\n")
    OUT.flush()


# Libraries print to standard output: it is kept for the answers.
OUT = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

if __name__ == "__main__":
    main()
