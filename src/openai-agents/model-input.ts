import { expectHistory } from "../agents/history/options.js";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import { splitSieveOptions } from "../agents/sieve-source.js";
import { countTokens } from "../core/index.js";
import { type AgentItem, agentItemFormat } from "./items.js";

/** What the Agents SDK is about to send. */
export interface ModelInput<Item> {
  input: Item[];
  instructions?: string;
}

interface Agent {
  tools?: readonly unknown[];
}

/** A `callModelInputFilter` of the Agents SDK. */
export type ModelInputFilter = <Item extends AgentItem>(call: {
  modelData: ModelInput<Item>;
  agent: object;
}) => Promise<ModelInput<Item>>;

/**
 * Holds what an agent's model is sent under a ceiling: instructions, items, and the definitions of the agent's own tools.
 * The session keeps everything, and each call starts from that.
 *
 * @example
 * const runner = new Runner({ callModelInputFilter: sieveModelInput({ maxTokens: 60_000 }) });
 *
 * @throws InvalidOptionError
 */
export function sieveModelInput(options: SieveHistoryOptions<AgentItem>): ModelInputFilter {
  const { openSieve, rest } = splitSieveOptions(options);
  expectHistory(rest);
  const { tokenizer, reservedTokens = 0 } = rest;
  return async <Item extends AgentItem>({ modelData, agent }: { modelData: ModelInput<Item>; agent: object }) => {
    const { instructions = "" } = modelData;
    const { tools = [] } = agent as Agent;
    const besides = [...(instructions === "" ? [] : [instructions]), ...tools.map(definitionOf)];
    const known = { ...rest, reservedTokens: reservedTokens + (await countTokens(besides.join("\n"), tokenizer)) };
    const own = { ...known, sieve: await openSieve() } as unknown as SieveHistoryOptions<Item>;
    return {
      ...modelData,
      input: await sieveHistory(modelData.input, agentItemFormat, own),
    };
  };
}

/** A tool as a model is told of it. */
function definitionOf(tool: unknown): string {
  const { name, description, parameters, providerData } = tool as Record<string, unknown>;
  return JSON.stringify({ name, description, parameters, providerData });
}
