"""tiktoken's cl100k ranks without a download, from the npm package js-tiktoken, which carries the same ranks."""

import base64
import hashlib
import json
import os
import subprocess
from pathlib import Path

RANKS_URL = "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken"
READ_RANKS = """
import ranks from "js-tiktoken/ranks/cl100k_base";
console.log(JSON.stringify(ranks.bpe_ranks));
"""


def provide_ranks(cache: Path, node_project: Path) -> None:
    """Writes the rank file into `cache` and points tiktoken at it; tiktoken checks its hash when it reads it."""
    target = cache / hashlib.sha1(RANKS_URL.encode()).hexdigest()
    if not target.exists():
        printed = subprocess.run(
            ["node", "--input-type=module", "-e", READ_RANKS],
            cwd=node_project,
            check=True,
            capture_output=True,
            text=True,
        )
        ranks: dict[bytes, int] = {}
        for line in json.loads(printed.stdout).split("\n"):
            if not line:
                continue
            _, offset, *tokens = line.split(" ")
            for place, token in enumerate(tokens):
                ranks[base64.b64decode(token)] = int(offset) + place
        lines = [
            base64.b64encode(token) + b" " + str(rank).encode()
            for token, rank in sorted(ranks.items(), key=lambda item: item[1])
        ]
        cache.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"\n".join(lines) + b"\n")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(cache)
