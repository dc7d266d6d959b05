import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Memory in bytes. */
export interface Memory {
  /** What is alive in the Worker's isolate after a garbage collection: objects and buffers. */
  live: number;
  /** What workerd has resident, with the simulators of D1, R2 and queues, and with garbage. */
  resident: number;
}

/** Measures the memory of a Worker while something runs. */
export interface MemoryMeter {
  now(): Promise<Memory>;
  /** The most of each while something runs, and how much there was at its end. */
  during(run: () => Promise<unknown>): Promise<{ peak: Memory; held: Memory; samples: number }>;
  close(): void;
}

const PAUSE_MS = 100;

/**
 * Opens a meter.
 *
 * @param inspectorUrl where an isolate can be looked into that has run before, started with `--expose-gc`.
 */
export async function openMemoryMeter(inspectorUrl: string, pid: number): Promise<MemoryMeter> {
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

  async function now(): Promise<Memory> {
    const { exceptionDetails } = await send("Runtime.evaluate", { expression: "gc()", contextId });
    if (exceptionDetails) throw new Error(`gc: ${JSON.stringify(exceptionDetails)}`);
    const { usedSize = 0, backingStorageSize = 0 } = await send("Runtime.getHeapUsage");
    return { live: usedSize + backingStorageSize, resident: residentOf(pid) };
  }

  return {
    now,
    async during(run) {
      const peak = { live: 0, resident: 0 };
      let held = peak;
      let samples = 0;
      let going = true;
      const running = run().finally(() => {
        going = false;
      });
      while (going) {
        const seen = await now();
        samples += 1;
        if (going) held = seen;
        peak.live = Math.max(peak.live, seen.live);
        peak.resident = Math.max(peak.resident, seen.resident);
        await sleep(PAUSE_MS);
      }
      await running;
      return { peak, held, samples };
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

function residentOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}
