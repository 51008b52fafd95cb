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
  readonly #kept = new Map<string, SourceDocument>();

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
      documents: [...this.#kept.values()],
    });
    if (documents.length === 0) return [];
    const content = documents.map((document) => template(document, document.text)).join(separator);
    return [{ id: this.id, role: "memory", content }];
  }

  /** Takes messages over; one that came before is taken once. @throws BackendError, ModelLoadError */
  async put(messages: readonly MemoryMessageLike[]): Promise<void> {
    const fresh = messages
      .map(({ id, role, content }) => ({ id, text: textOf(content), metadata: { role } }))
      .filter(({ id, text }) => text.trim() !== "" && !this.#kept.has(id));
    for (const document of fresh) this.#kept.set(document.id, document);
    if (fresh.length > 0) await (await this.#openSieve()).encode(fresh);
  }
}

function withRole({ metadata }: SourceDocument, text: string): string {
  return `${String(metadata?.role)}: ${text}`;
}
