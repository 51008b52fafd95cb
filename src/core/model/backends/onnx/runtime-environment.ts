/**
 * An environment in which onnxruntime keeps to itself: unless it is told not to, it reports its use to its maker's server,
 * and keeps a device's id and a database in the user's cache folder. Whoever set the variable knows why.
 */
export function withoutReports(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ORT_DISABLE_TELEMETRY: "1", ...environment };
}
