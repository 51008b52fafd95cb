import * as sdk from "ai";
import { isText } from "../agents/history/types.js";
import type { CutAll } from "../agents/tools/tool-sieve.js";
import { readOutput, type ToolOutput, writeOutput } from "./tool-output.js";

/** What a tool has of its own to say to a model of its output. */
export type ToModelOutput = (given: unknown) => unknown;

/** What `toModelOutput` is given since version 6. */
interface OutputToShow {
  toolCallId: string;
  input: unknown;
  output: unknown;
}

/** What a tool shows to a model, cut. */
export interface ShownOutputs {
  /** To be told of each call when it begins. */
  begin(toolCallId: string, cut: CutAll): void;
  /** To be told of what it gave back, before that is shown. */
  finish(output: unknown, cut: CutAll): Promise<void>;
  toModelOutput: ToModelOutput;
}

/** Calls whose results may still be shown to a model. */
const MOST_CALLS = 1000;
/** Version 5 gives `toModelOutput` the output alone, and waits for no promise. */
const IS_VERSION_5 = !("ToolLoopAgent" in sdk);

/** @param cutterFor How the output of a call is cut that began elsewhere, such as in another process. */
export function shownOutputs(toModelOutput: ToModelOutput, cutterFor: (input: unknown) => CutAll): ShownOutputs {
  const cutters = new Map<string, CutAll>();
  /** Version 5: what is shown of an output, cut in advance. */
  const shown = new Map<unknown, ToolOutput>();
  return {
    begin: (toolCallId, cut) => keep(cutters, toolCallId, cut),
    async finish(output, cut) {
      if (IS_VERSION_5) keep(shown, output, await cutShown(toModelOutput(output) as ToolOutput, cut));
    },
    toModelOutput(given) {
      if (IS_VERSION_5) return shown.get(given) ?? toModelOutput(given);
      const { toolCallId, input } = given as OutputToShow;
      const cut = cutters.get(toolCallId) ?? cutterFor(input);
      return Promise.resolve(toModelOutput(given)).then((output) => cutShown(output as ToolOutput, cut));
    },
  };
}

function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_CALLS) map.delete(oldest as Key);
}

async function cutShown(output: ToolOutput, cut: CutAll): Promise<ToolOutput> {
  const texts = readOutput(output, "", 0)
    .filter(isText)
    .map(({ text }) => text);
  const left = await cut(texts);
  return left === texts ? output : writeOutput(output, left);
}
