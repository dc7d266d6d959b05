import createFetchClient, { type Client } from "openapi-fetch";
import { notTheApi } from "./leadsy-error.ts";
import { repeating } from "./repeat.ts";
import type { paths } from "./schema.ts";

export interface ClientOptions {
  /** Where the API is, such as `https://api.example.com`. */
  url: string;
  /** An API key or an access token; or what gives one for each request, as a token lasts 15 minutes. */
  key: string | (() => string | Promise<string>);
  /** The language of reasons and hints: `en`, `es` or `pt`. */
  locale?: string;
  /** Sends requests: another one for tests, proxies and such. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A client whose paths, parameters and answers are typed by the API's document; see openapi-fetch for its use. */
export type LeadsyClient = Client<paths>;

/**
 * A client of the API, for browsers and Node. It repeats what may be repeated while the server has trouble, and reads
 * what it wrote itself, from wherever it asks. Where no answer comes, or none of the API, its functions throw a LeadsyError.
 */
export function createClient({ url, key, locale, fetch = globalThis.fetch }: ClientOptions): LeadsyClient {
  const client = createFetchClient<paths>({
    baseUrl: new URL("api/v1", url.endsWith("/") ? url : `${url}/`).href,
    fetch: repeating((request) => fetch(request)),
    querySerializer: { array: { style: "form", explode: false } },
  });
  let bookmark: string | null = null;
  client.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${typeof key === "string" ? key : await key()}`);
      if (locale) request.headers.set("Accept-Language", locale);
      if (bookmark) request.headers.set("X-D1-Bookmark", bookmark);
      return request;
    },
    onResponse({ request, response, options }) {
      if (response.ok && options.parseAs === "json" && !isJson(response)) {
        throw notTheApi(response, request.url);
      }
      bookmark = response.headers.get("X-D1-Bookmark") ?? bookmark;
    },
  });
  return client;
}

/** Whether an answer is JSON, or has nothing in it. */
function isJson({ headers }: Response): boolean {
  const type = headers.get("Content-Type");
  return type === null || /^application\/(?:[a-z.]{1,40}\+)?json\b/.test(type);
}
