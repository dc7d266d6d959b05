import { env } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { vi } from "vitest";
import type { Mode, Received } from "./server.ts";

/** A receiver of webhooks on this machine, of its own for each test. */
export interface Receiver {
  url: string;
  /** How it answers from now on. */
  answer(mode: Mode): Promise<void>;
  /** What has come, in order. */
  received(): Promise<Received[]>;
}

export function newReceiver(): Receiver {
  const name = crypto.randomUUID();
  return {
    url: `${env.RECEIVERS}/hooks/${name}`,
    async answer(mode) {
      await fetch(`${env.RECEIVERS}/modes/${name}`, { method: "PUT", body: JSON.stringify(mode) });
    },
    received: async () => (await fetch(`${env.RECEIVERS}/received/${name}`)).json(),
  };
}

/** The server that nobody should reach: its port, and how often somebody did. */
export async function trap(): Promise<{ port: number; connections: number }> {
  return (await fetch(`${env.RECEIVERS}/trap`)).json();
}

/**
 * Verifies a message with the library that receivers use, as of when it was sent. @throws where it is not genuine.
 *
 * @returns what it says.
 */
export function verify(secret: string, { headers, body }: Received) {
  vi.useFakeTimers({ toFake: ["Date"], now: Number(headers["webhook-timestamp"]) * 1000 });
  try {
    return new Webhook(secret).verify(body, headers) as { id: string; object: { id: number }; type: string };
  } finally {
    vi.useRealTimers();
  }
}
