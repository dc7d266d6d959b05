import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A page of somebody else, on an origin of its own, with a policy that allows what docs/integrating.md says. */
export interface OtherPage {
  origin: string;
  /** What the page has in it from now on. */
  show(element: string): void;
  stop(): Promise<void>;
}

/** Starts it on this machine. @param api the origin of the API, whose script it names. */
export async function startOtherPage(api: string): Promise<OtherPage> {
  let element = "";
  const policy = `default-src 'none'; script-src ${api}; connect-src ${api}; style-src 'self'; img-src data:`;
  const server = createServer(({ url }, answer) => {
    if (url !== "/") return answer.writeHead(204).end();
    answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy });
    return answer.end(`<!doctype html><html lang="en"><title>Partner portal</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script type="module" src="${api}/embed/leadsy-import.js"></script>
<main><h1>Partner portal</h1>${element}</main></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show: (next) => {
      element = next;
    },
    stop: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
