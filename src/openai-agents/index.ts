export { createShelf, type Shelf } from "../agents/tools/shelf.js";
export type { ToolSieveOptions } from "../agents/tools/tool-sieve.js";
export type { AgentItem } from "./items.js";
export { type ModelInput, type ModelInputFilter, sieveModelInput } from "./model-input.js";
export { type ReadOriginalTool, sieveTools } from "./tools.js";
