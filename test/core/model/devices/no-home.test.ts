import { afterEach, expect, it, vi } from "vitest";
import { openDeviceMemory } from "../../../../src/core/model/devices/device-memory.js";

vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  // As for a user of a container who has no entry of their own.
  homedir: () => {
    throw new Error("uv_os_homedir returned ENOENT");
  },
}));

afterEach(() => vi.unstubAllEnvs());

it("remembers a machine's devices for as long as the process lives where there is no home folder", async () => {
  for (const name of ["XDG_CACHE_HOME", "LOCALAPPDATA"]) vi.stubEnv(name, "");
  const memory = await openDeviceMemory();
  await memory.keepOutcome("webgpu", { isAvailable: false, reason: "none" });
  expect(await memory.outcome("webgpu")).toEqual({ isAvailable: false, reason: "none" });
  expect(await (await openDeviceMemory()).outcome("webgpu")).toBeUndefined();
});
