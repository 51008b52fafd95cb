import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../machine.js";
import { startLineProcess } from "../peers/line-process.js";
import { type OpenOptions, PeerAbsentError, type System, type SystemConfig } from "./system.js";

/** The bundled weights as LLMLingua-2 reads them, made by bench/peers/make_checkpoint.py. */
export const CHECKPOINT = join(ROOT, "build/peers/contextsieve-bert-base-multilingual-cased");
const PYTHON = join(ROOT, "bench/peers/.venv/bin/python");

/** What a peer needs to be there, and how it is started. */
const PEERS: Record<string, { needs: string[]; command: [string, ...string[]] }> = {
  "python-llmlingua2": {
    needs: [PYTHON, CHECKPOINT],
    command: [PYTHON, join(ROOT, "bench/peers/python_llmlingua2.py"), CHECKPOINT],
  },
  "npm-llmlingua2": {
    needs: [join(ROOT, "bench/peers/node_modules/@atjsh/llmlingua-2"), CHECKPOINT],
    command: [process.execPath, join(ROOT, "bench/peers/npm-llmlingua2.js"), CHECKPOINT],
  },
};

/** Another implementation in a process of its own, on the same weights. Setting: `peer`. */
export async function openPeer({ name, settings }: SystemConfig, { forgetful }: OpenOptions): Promise<System> {
  const peer = PEERS[String(settings.peer)];
  if (!peer) {
    throw new Error(
      `Expected \`peer\` of ${name} to be one of ${Object.keys(PEERS).join(", ")}, got \`${settings.peer}\`.`,
    );
  }
  const absent = peer.needs.find((path) => !existsSync(path));
  if (absent) throw new PeerAbsentError(`${name}: not installed (sh bench/peers/setup.sh).`);
  const [command, ...parameters] = peer.command;
  const running = await startLineProcess(command, parameters);
  return {
    async compress({ documents, share }) {
      const { text, ms } = await running.ask({ documents, rate: share, memo: !forgetful });
      return { text: String(text), ms: Number(ms) };
    },
    close: running.close,
  };
}
