import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const KIBIBYTE = 1024;

/** What a process has resident, in bytes. */
export interface ResidentMeter {
  now(): number;
  /** The most since `resetPeak`, to the page: the kernel keeps it. */
  peak(): number;
  resetPeak(): void;
}

/** @see proc_pid_status(5), proc_pid_clear_refs(5) */
export function openResidentMeter(pid: number): ResidentMeter {
  const read = (name: string) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * KIBIBYTE;
  };
  return {
    now: () => read("VmRSS"),
    peak: () => read("VmHWM"),
    resetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, "5"),
  };
}

/** What is alive in a Worker's isolate after a garbage collection, objects and buffers, in bytes. */
export interface IsolateMeter {
  now(): Promise<number>;
  /** The most while something runs, and how much there was at its end. */
  during(run: () => Promise<unknown>): Promise<{ peak: number; end: number }>;
  close(): void;
}

const PAUSE_MS = 100;

/**
 * Opens a meter.
 *
 * @param inspectorUrl where an isolate can be looked into that has run before, started with `--expose-gc`.
 */
export async function openIsolateMeter(inspectorUrl: string): Promise<IsolateMeter> {
  const socket = new WebSocket(inspectorUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  const waiting = new Map<number, (message: Answer) => void>();
  let contextId: number | undefined;
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as Answer;
    contextId ??= message.params?.context?.id;
    waiting.get(message.id ?? 0)?.(message);
  });
  let last = 0;
  const send = (method: string, params = {}) =>
    new Promise<Answer["result"]>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error) reject(new Error(`${method}: ${JSON.stringify(error)}`));
        else resolve(result);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  await send("Runtime.enable");

  async function now(): Promise<number> {
    const { exceptionDetails } = await send("Runtime.evaluate", { expression: "gc()", contextId });
    if (exceptionDetails) throw new Error(`gc: ${JSON.stringify(exceptionDetails)}`);
    const { usedSize = 0, backingStorageSize = 0 } = await send("Runtime.getHeapUsage");
    return usedSize + backingStorageSize;
  }

  return {
    now,
    async during(run) {
      let [peak, end] = [0, 0];
      let going = true;
      const running = run().finally(() => {
        going = false;
      });
      while (going) {
        const seen = await now();
        if (going) end = seen;
        peak = Math.max(peak, seen);
        await sleep(PAUSE_MS);
      }
      await running;
      return { peak, end };
    },
    close: () => socket.close(),
  };
}

interface Answer {
  id?: number;
  params?: { context?: { id: number } };
  result: { usedSize?: number; backingStorageSize?: number; exceptionDetails?: unknown };
  error?: unknown;
}
