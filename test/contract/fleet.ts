import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { PASSAGES } from "../support/texts.js";

/** What a process made of a document. */
export interface FleetAnswer {
  index: number;
  text: string;
  /** 1 if this process encoded it. */
  encoded: number;
}

/** A process of a fleet. */
export interface FleetWorker {
  /** Cuts the documents of a range. */
  cut(from: number, to: number, onAnswer?: (answer: FleetAnswer) => void): Promise<FleetAnswer[]>;
  /** Resolves once it reaches the server. */
  untilUp(): Promise<void>;
  end(): Promise<void>;
}

/** A document that no other is like. */
export function fleetText(index: number): string {
  return `Note ${index}. ${PASSAGES[index % PASSAGES.length]?.text}`;
}

/** Starts a process over a shared cache. */
export async function startFleetWorker(url: string, model: string): Promise<FleetWorker> {
  const script = fileURLToPath(new URL("fleet-worker.ts", import.meta.url));
  const child = fork(script, [url, model], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return {
    async cut(from, to, onAnswer) {
      const answers: FleetAnswer[] = [];
      const done = messages(child, (message) => {
        if ("done" in message) return true;
        answers.push(message as FleetAnswer);
        onAnswer?.(message as FleetAnswer);
        return false;
      });
      child.send({ from, to });
      await done;
      return answers;
    },
    async untilUp() {
      for (let isUp = false; !isUp; ) {
        child.send("ping");
        isUp = ((await once(child, "message")) as [{ isUp: boolean }])[0].isUp;
      }
    },
    async end() {
      const exited = once(child, "exit");
      child.send("end");
      await exited;
    },
  };
}

/** Resolves at the message that `isLast` says is the last, rejects if the process ends before. */
function messages(child: ChildProcess, isLast: (message: object) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`The process ended with ${code}.`));
    const onMessage = (message: object) => {
      if (!isLast(message)) return;
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve();
    };
    child.on("message", onMessage);
    child.on("exit", onExit);
  });
}
