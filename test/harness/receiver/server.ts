import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Receivers of webhooks on this machine, in Node beside the tests, which run in workerd:
 *
 * - `POST /hooks/<name>` keeps what comes, and answers as `PUT /modes/<name>` said.
 * - `GET /received/<name>` has what came; `DELETE` drops it.
 * - `GET /trap` has the port of a server that nobody should reach, and how many connections it has had.
 * - `GET /dns-query` answers DNS over HTTPS in JSON: `ip-127-0-0-1.example.com` has that address.
 */

/** How a receiver answers. */
export interface Mode {
  status?: number;
  /** In milliseconds. */
  delay?: number;
  body?: string;
  headers?: Record<string, string>;
  /** Ends the connection without an answer. */
  breaks?: boolean;
  /** The messages that it answers so; by default all. */
  only?: { bodyIncludes: string };
}

/** A request as it came. */
export interface Received {
  headers: Record<string, string>;
  body: string;
  /** What was answered; 0 where nothing was. */
  status: number;
}

const modes = new Map<string, Mode>();
const received = new Map<string, Received[]>();
let trapped = 0;

/** Starts the servers. @returns the address of the first. */
export async function startReceivers(): Promise<string> {
  const trap = createServer((_, response) => response.end());
  trap.on("connection", () => {
    trapped++;
  });
  await listen(trap);
  const server = createServer((request, response) => {
    void answer(request, response, (trap.address() as AddressInfo).port);
  });
  await listen(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function listen(server: ReturnType<typeof createServer>): Promise<void> {
  server.unref();
  return new Promise((resolve) => {
    // Of IPv4 and IPv6, where there is both.
    server.once("error", () => server.listen(0, "127.0.0.1", resolve));
    server.listen(0, "::", resolve);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, trapPort: number): Promise<void> {
  const url = new URL(request.url ?? "/", "http://receiver");
  const [, kind = "", name = ""] = url.pathname.split("/");
  const body = await read(request);
  const json = (value: unknown) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(value));
  };
  if (kind === "hooks") return hook(name, request, body, response);
  if (kind === "trap") return json({ port: trapPort, connections: trapped });
  if (kind === "dns-query")
    return json(resolve(url.searchParams.get("name") ?? "", url.searchParams.get("type")));
  if (kind === "modes") modes.set(name, JSON.parse(body) as Mode);
  if (request.method === "DELETE") received.delete(name);
  json(received.get(name) ?? []);
}

async function hook(
  name: string,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const mode = modes.get(name) ?? {};
  const isMeant = mode.only === undefined || body.includes(mode.only.bodyIncludes);
  const { status = 204, delay = 0, body: says = "", headers = {}, breaks = false } = isMeant ? mode : {};
  const all = received.get(name) ?? [];
  received.set(name, all);
  all.push({ headers: request.headers as Record<string, string>, body, status: breaks ? 0 : status });
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  if (breaks) return void request.socket.destroy();
  response.writeHead(status, headers).end(status === 204 ? undefined : says);
}

function resolve(name: string, type: string | null) {
  const [, address] = /^ip-([0-9a-f-]+)\./.exec(name) ?? [];
  if (address === undefined) return { Status: 3 };
  const isIpv4 = /^\d+-\d+-\d+-\d+$/.test(address);
  if ((type === "A") !== isIpv4) return { Status: 0 };
  const data = isIpv4 ? address.replaceAll("-", ".") : address.replaceAll("-", ":");
  return { Status: 0, Answer: [{ name, type: isIpv4 ? 1 : 28, data }] };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
