export type { ResultCall, ResultSieveOptions } from "../agents/tools/result-sieve.js";
export { createShelf, type Shelf } from "../agents/tools/shelf.js";
export type { ToolSieveOptions } from "../agents/tools/tool-sieve.js";
export { type AISDKMessage, sieveAISDKMessages } from "./messages.js";
export { type SieveModelMiddleware, sieveModelMiddleware } from "./model-middleware.js";
export { type StepToCome, sievePrepareStep } from "./prepare-step.js";
export { sieveTools } from "./tools.js";
export { type AISDKUIMessage, sieveUIMessages } from "./ui-messages.js";
