import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A test runtime, as far as it is needed to find its process. */
interface Runtime {
  /** Where it listens. */
  ready: Promise<URL>;
}

const pids = new WeakMap<Runtime, number | null>();

/**
 * Answers a test with how long the thread that runs it has kept a processor busy so far, in milliseconds; with nothing
 * where the system does not say so. workerd itself has no such clock.
 */
export async function tellProcessorTime(_: unknown, runtime: Runtime): Promise<Response> {
  if (!pids.has(runtime)) pids.set(runtime, await pidOf(runtime));
  const pid = pids.get(runtime);
  try {
    // "nanoseconds on a processor, waiting for one, slices": the main thread's, which runs the isolate.
    const [busy] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
    return new Response(String(Number(busy) / 1e6));
  } catch {
    return new Response("");
  }
}

/** The process that listens on a runtime's port, among those that this one started. */
async function pidOf({ ready }: Runtime): Promise<number | null> {
  const socket = socketAt(Number((await ready).port));
  if (socket === null) return null;
  const owner = readdirSync("/proc").find((pid) => isChild(pid) && socketsOf(pid).includes(socket));
  return owner === undefined ? null : Number(owner);
}

/** The inode of a listening socket: proc_pid_net(5) has ports in hexadecimal, 0A for listening, and the tenth field. */
function socketAt(port: number): string | null {
  try {
    const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
    const lines = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
    const fields = lines.map((line) => line.trim().split(/ +/));
    return (
      fields.find(([, local, , state]) => local?.endsWith(`:${hexadecimal}`) && state === "0A")?.[9] ?? null
    );
  } catch {
    return null;
  }
}

function isChild(pid: string): boolean {
  if (!/^\d+$/.test(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8").includes(`\nPPid:\t${process.pid}\n`);
  } catch {
    return false;
  }
}

function socketsOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}
