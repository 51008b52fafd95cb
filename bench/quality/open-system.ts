import { openFramework } from "./framework-systems.js";
import { openOwn } from "./own-systems.js";
import { openPeer } from "./peer-systems.js";
import { openPlain } from "./plain-systems.js";
import type { OpenOptions, System, SystemConfig } from "./system.js";

const OPENERS: Record<string, (config: SystemConfig, options: OpenOptions) => Promise<System>> = {
  own: openOwn,
  plain: openPlain,
  framework: openFramework,
  peer: openPeer,
};

/** @throws PeerAbsentError Where the system needs a peer that is not installed. */
export async function openSystem(config: SystemConfig, options: OpenOptions): Promise<System> {
  const open = OPENERS[config.kind];
  if (!open) {
    const kinds = Object.keys(OPENERS).join(", ");
    throw new Error(`Expected \`kind\` of system ${config.name} to be one of ${kinds}, got \`${config.kind}\`.`);
  }
  return open(config, options);
}
