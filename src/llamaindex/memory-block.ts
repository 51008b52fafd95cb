import { checkCompressSettings, type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import type { Sieve, SourceDocument } from "../core/index.js";
import type { CompressSettings } from "./settings.js";
import { type MemoryMessageLike, textOf } from "./shapes.js";

/** Options of `compress`, those that make the sieve, or `sieve`, and LlamaIndex's own of a memory block. */
export type SieveMemoryBlockOptions = CompressSettings &
  SieveSource & {
    /** @default "contextsieve" */
    id?: string;
    /** Higher comes first; 0 is always there. @default 1 */
    priority?: number;
  };

/** A message that the block keeps: its text, whatever parts it had. */
export interface KeptMessage {
  id: string;
  role: string;
  content: string;
}

/** What the block remembers, as a LlamaIndex `MemoryMessage`. */
export interface SievedMemory {
  id: string;
  role: "memory";
  content: string;
}

/**
 * Long-term memory for LlamaIndex's `Memory` (a `BaseMemoryBlock`): keeps the messages that fell out of the
 * short-term window, encodes them as they come, and gives back what the last user message needs of them, under
 * the ceiling, each line of talk with its role in front. Messages without text are not kept.
 */
export class SieveMemoryBlock {
  readonly id: string;
  readonly priority: number;
  readonly isLongTerm = true;
  readonly #openSieve: () => Promise<Sieve>;
  readonly #settings: CompressSettings;
  readonly #kept = new Map<string, KeptMessage>();

  /** @throws InvalidOptionError */
  constructor(options: SieveMemoryBlockOptions) {
    const { openSieve, rest, method } = splitSieveOptions(options);
    const { id = "contextsieve", priority = 1, ...settings } = rest;
    checkCompressSettings(settings, method);
    this.id = id;
    this.priority = priority;
    this.#openSieve = openSieve;
    this.#settings = settings as CompressSettings;
  }

  /** One message of role `memory`, or none if nothing is kept. @throws BackendError, ModelLoadError */
  async get(messages: readonly MemoryMessageLike[] = []): Promise<SievedMemory[]> {
    if (this.#kept.size === 0) return [];
    const { template = withRole, separator = "\n\n", ...settings } = this.#settings;
    const sieve = await this.#openSieve();
    const { documents } = await sieve.compress({
      ...settings,
      template,
      separator,
      query: textOf(messages.findLast(({ role }) => role === "user")?.content),
      documents: [...this.#kept.values()].map(documentOf),
    });
    if (documents.length === 0) return [];
    const content = documents.map((document) => template(document, document.text)).join(separator);
    return [{ id: this.id, role: "memory", content }];
  }

  /**
   * What is kept, oldest first, as {@link put} takes it: LlamaIndex's snapshots of a memory leave its blocks out.
   *
   * @example
   * const saved = JSON.stringify({ memory: memory.snapshot(), block });
   * // In the next process, with a new block:
   * const { memory, block: kept } = JSON.parse(saved);
   * await block.put(kept);
   * loadMemory(memory, { memoryBlocks: [block] });
   */
  toJSON(): KeptMessage[] {
    return [...this.#kept.values()];
  }

  /** Takes messages over; one that came before is taken once. @throws BackendError, ModelLoadError */
  async put(messages: readonly MemoryMessageLike[]): Promise<void> {
    const fresh = messages
      .map(({ id, role, content }) => ({ id, role, content: textOf(content) }))
      .filter(({ id, content }) => content.trim() !== "" && !this.#kept.has(id));
    for (const message of fresh) this.#kept.set(message.id, message);
    if (fresh.length > 0) await (await this.#openSieve()).encode(fresh.map(documentOf));
  }
}

function documentOf({ id, role, content }: KeptMessage): SourceDocument & { id: string } {
  return { id, text: content, metadata: { role } };
}

function withRole({ metadata }: SourceDocument, text: string): string {
  return `${String(metadata?.role)}: ${text}`;
}
