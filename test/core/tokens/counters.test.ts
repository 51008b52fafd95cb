import { fileURLToPath } from "node:url";
import { ENCODING_NAMES } from "../../../src/core/tokens/encodings.js";
import { resolveCounter } from "../../../src/core/tokens/resolve.js";
import { tokenCounterContract } from "../../contract/token-counter.js";

for (const name of ENCODING_NAMES) tokenCounterContract(name, () => resolveCounter(name));
for (const name of ["byte-level-bpe", "sentence-piece-bpe", "unigram-metaspace", "word-piece"]) {
  tokenCounterContract(`of the folder ${name}`, () =>
    resolveCounter(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))),
  );
}
tokenCounterContract("of the caller, by characters", () => resolveCounter((text) => text.length));
tokenCounterContract("of the caller, with a promise", () =>
  resolveCounter(async (text) => text.split(/\s+/u).filter(Boolean).length + Number(text.length > 0)),
);
