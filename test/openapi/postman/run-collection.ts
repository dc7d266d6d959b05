import type { PostmanCollection } from "../../../src/openapi/postman/collection.ts";

type Item = PostmanCollection["item"][number]["item"][number];

/** What became of one request. */
export interface Ran {
  name: string;
  status: number;
  /** The first of the body, for what went wrong. */
  text: string;
}

/** Runs all requests of a collection in their order, with the scripts of the collection, as Postman does. */
export async function runCollection(collection: PostmanCollection, baseUrl: string): Promise<Ran[]> {
  const variables = new Map(collection.variable.map(({ key, value }) => [key, value]));
  variables.set("base_url", baseUrl);
  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => variables.get(name) ?? whole);
  const ran: Ran[] = [];
  for (const item of collection.item.flatMap((folder) => folder.item)) {
    await runScript("prerequest");
    const answer = await send(item, fill);
    // Events of an import that has ended are a stream that may stay open.
    const isStream = answer.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
    if (isStream) await answer.body?.cancel();
    const text = isStream ? "" : await answer.text();
    ran.push({
      name: `${item.request.method} ${item.request.url.raw}`,
      status: answer.status,
      text: text.slice(0, 300),
    });
    await runScript("test", { code: answer.status, headers: answer.headers, json: () => JSON.parse(text) });
  }
  return ran;

  async function runScript(listen: string, response?: object): Promise<void> {
    const sending: Promise<void>[] = [];
    const pm = {
      collectionVariables: {
        get: (name: string) => variables.get(name),
        set: (name: string, value: unknown) => variables.set(name, String(value)),
      },
      response,
      sendRequest: (asked: Asked, done: (error: unknown, answer: object) => void) =>
        sending.push(sendForScript(asked, done)),
    };
    for (const { listen: when, script } of collection.event) {
      // As the sandbox of Postman runs it.
      if (when === listen) new Function("pm", script.exec.join("\n"))(pm);
    }
    await Promise.all(sending);
  }
}

interface Asked {
  url: string;
  method: string;
  header: Record<string, string>;
  body: { raw: string };
}

async function sendForScript(asked: Asked, done: (error: unknown, answer: object) => void): Promise<void> {
  const { url, method, header, body } = asked;
  const answer = await fetch(url, { method, headers: header, body: body.raw });
  const said = await answer.json();
  done(null, { code: answer.status, json: () => said });
}

function send({ request }: Item, fill: (text: string) => string): Promise<Response> {
  const { method, header, url, body, auth } = request;
  const values = new Map(url.variable.map(({ key, value }) => [`:${key}`, fill(value)]));
  const path = url.path.map((segment) => encodeURIComponent(values.get(segment) ?? segment)).join("/");
  const query = url.query.filter(({ disabled }) => !disabled).map(({ key, value }) => [key, fill(value)]);
  return fetch(`${fill("{{base_url}}")}/${path}?${new URLSearchParams(query)}`, {
    method,
    headers: {
      ...Object.fromEntries(header.map(({ key, value }) => [key, value])),
      ...(!auth && { Authorization: `Bearer ${fill("{{token}}")}` }),
    },
    ...(body && { body: fill(body.raw) }),
  });
}
