import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";

/** Answers that are compressed on the way, as Cloudflare does it in front of a Worker. */
const IS_TEXT =
  /^(?:text\/html|text\/css|text\/javascript|application\/javascript|application\/json|image\/svg)/;

/** Something that stands in front of a Worker. */
export interface GzipProxy {
  url: string;
  stop(): Promise<void>;
}

/** Stands in front of a Worker as the edge does: what it answers as text goes on compressed, each file once. */
export async function startGzipProxy(target: string): Promise<GzipProxy> {
  const packed = new Map<string, Buffer>();
  const server = createServer((incoming, answer) => {
    const { method, url = "/", headers } = incoming;
    const onward = request(`${target}${url}`, {
      method,
      headers: { ...headers, "accept-encoding": "identity" },
    });
    onward.on("error", () => answer.writeHead(502).end());
    onward.on("response", async (reply) => {
      const { statusCode = 502, headers: replied } = reply;
      const isStream = replied["content-type"]?.startsWith("text/event-stream");
      if (isStream || statusCode !== 200 || !IS_TEXT.test(replied["content-type"] ?? "")) {
        answer.writeHead(statusCode, replied);
        reply.pipe(answer);
        return;
      }
      const body = await buffer(reply);
      const key = body.toString("latin1");
      const bytes = packed.get(key) ?? gzipSync(body, { level: 6 });
      packed.set(key, bytes);
      const { "content-length": _, "transfer-encoding": __, ...rest } = replied;
      answer.writeHead(statusCode, { ...rest, "content-encoding": "gzip", "content-length": bytes.length });
      answer.end(bytes);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
