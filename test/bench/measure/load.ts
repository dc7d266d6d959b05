import { Agent, request } from "node:http";

/** An address to ask, and how. */
export interface Target {
  url: string;
  /** A function where each request has its own. */
  headers: Record<string, string> | (() => Record<string, string>);
  /** What is sent as JSON, with POST. */
  body?: string;
}

export interface Load extends Target {
  connections: number;
  milliseconds: number;
}

export interface LoadResult {
  requestsPerSecond: number;
  /** How long each answer took to its last byte, in milliseconds. */
  latencies: number[];
}

/**
 * Asks for one address over kept-alive connections, each as soon as it has its answer, for a given time.
 *
 * A connection that the server has dropped while it was idle is opened again, and that try is not counted.
 *
 * @throws at the first answer that is not 200.
 */
export async function runLoad({ connections, milliseconds, ...target }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + milliseconds;
  const connection = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      if (await answered(target, agent)) latencies.push(performance.now() - sent);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    agent.destroy();
  }
  return { requestsPerSecond: (latencies.length * 1000) / (performance.now() - start), latencies };
}

/** Asks for one address so many times, over kept-alive connections. @throws at the first answer that is not 200. */
export async function countLoad({
  connections,
  requests,
  ...target
}: Target & { connections: number; requests: number }): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = requests;
  const connection = async () => {
    while (left-- > 0) while (!(await answered(target, agent)));
  };
  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    agent.destroy();
  }
}

/** @returns `false` where the connection was gone. */
function answered({ url, headers, body }: Target, agent: Agent): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(typeof headers === "function" ? headers() : headers),
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
    };
    const sent = request(url, options, (answer) => {
      answer.resume();
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(true);
        else reject(new Error(`${url} answered ${answer.statusCode}`));
      });
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET") resolve(false);
      else reject(error);
    });
    sent.end(body);
  });
}
