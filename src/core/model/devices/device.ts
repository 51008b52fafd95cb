/** Where a model can run. */
export type RealDevice = "cpu" | "cuda" | "webgpu" | "coreml" | "dml";

/** All of them, in the order in which they are shown. */
export const REAL_DEVICES: readonly RealDevice[] = ["cpu", "cuda", "webgpu", "coreml", "dml"];

/** Where a model runs. `auto` takes what is fastest on this machine. */
export type Device = "auto" | RealDevice;

/** What was found out about a device by running something on it. */
export interface DeviceOutcome {
  isAvailable: boolean;
  /** Why it cannot be used: the missing files or driver. Absent where it can. */
  reason?: string | undefined;
  /** What to do about that; absent where nothing helps on this machine. */
  remedy?: string | undefined;
}
