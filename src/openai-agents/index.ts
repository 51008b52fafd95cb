export type { ResultCall, ResultSieveOptions } from "../agents/tools/result-sieve.js";
export { createShelf, type Shelf } from "../agents/tools/shelf.js";
export type { ToolSieveOptions } from "../agents/tools/tool-sieve.js";
export type { AgentItem } from "./items.js";
export { type ModelInput, type ModelInputFilter, sieveModelInput } from "./model-input.js";
export { type CallDetails, type ReadOriginalTool, sieveTools } from "./tools.js";
