"""What the reference reads out of the tags of structured prompts: `python -m training.reference.structured`."""

import json
from pathlib import Path

from llmlingua import PromptCompressor

TARGET = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "llmlingua2" / "structured.json"
GLOBAL_RATE = 0.5
CONTEXTS = [
    "<llmlingua, compress=False>Speaker 4:</llmlingua><llmlingua, rate=0.4> Thank you. And can we do the functions"
    " for content? Items I believe are 11, three, 14, 16 and 28, I believe.</llmlingua>"
    "<llmlingua, compress=False>\nSpeaker 0:</llmlingua><llmlingua, rate=0.6> Item 11 is a communication.</llmlingua>",
    "<llmlingua, rate=0.3, compress=True>Both, rate first.</llmlingua><llmlingua, compress=True, rate=0.7> Both, the"
    " other way round.</llmlingua>",
    "<llmlingua>No attributes at all.</llmlingua><llmlingua, rate = 1.0 > A rate of one, with spaces.</llmlingua>",
    "No tags anywhere in this context, 3 numbers: 1, 2, 3.",
    "<llmlingua, compress=False>{</llmlingua><llmlingua, rate=0.25>\n\nEine Zeile.\nNoch eine.\n</llmlingua>"
    "<llmlingua, compress=False>}</llmlingua>",
]


def main() -> None:
    read = PromptCompressor.segment_structured_context(None, CONTEXTS, GLOBAL_RATE)
    names = ["texts", "segments", "rates", "compress"]
    answer = {"globalRate": GLOBAL_RATE, "contexts": CONTEXTS, **dict(zip(names, read))}
    TARGET.write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
