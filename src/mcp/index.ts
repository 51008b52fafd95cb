export type { SievedResult } from "../agents/tools/cut-result.js";
export { type HttpOptions, type HttpServer, serveHttp } from "./http.js";
export type { ResultOptions } from "./options.js";
export { type MakeServer, type SieveServerOptions, sieveServer } from "./server.js";
export { type WrapOptions, wrapServer } from "./wrap.js";
