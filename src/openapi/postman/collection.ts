import type { RouteSpec } from "../../http/route-spec.ts";
import { tagsOf } from "../about.ts";
import { requestItem } from "./request-item.ts";
import { KEEP_IDS, SIGN_IN } from "./scripts.ts";
import { VARIABLES } from "./variables.ts";

/** Requests that end the session of the others come last. */
const LAST_TAG = "Sessions";
const LAST_OPERATION = "logout";

/** A collection for Postman, as JSON. */
export interface PostmanCollection {
  info: { name: string; description: string; version: string; schema: string };
  auth: object;
  event: { listen: string; script: { type: string; exec: string[] } }[];
  variable: { key: string; value: string }[];
  item: { name: string; description: string; item: ReturnType<typeof requestItem>[] }[];
}

/**
 * Writes the table of routes as a collection for Postman that runs on the demo's data as it is: it signs in by itself,
 * its bodies are the examples of the routes, and ids come from the answers before. What creates stands before what reads
 * and changes, and that before what deletes.
 *
 * Postman's own converter (`openapi-to-postmanv2`) takes 85 packages of 40 MB, and its requests know no ids and no token.
 *
 * @see https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
 */
export function postmanCollection(
  specs: readonly RouteSpec[],
  { version }: { version: string },
): PostmanCollection {
  const tags = tagsOf([...specs]).toSorted(
    (a, b) => Number(a.name === LAST_TAG) - Number(b.name === LAST_TAG),
  );
  return {
    info: {
      name: "Leadsy",
      description: "Requests of the Leadsy API. Set `base_url`, and `email` and `password` or a `token`.",
      version,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: { type: "bearer", bearer: [{ key: "token", value: "{{token}}", type: "string" }] },
    event: [script("prerequest", SIGN_IN), script("test", KEEP_IDS)],
    variable: Object.entries(VARIABLES).map(([key, value]) => ({ key, value })),
    item: tags.map(({ name, description }) => ({
      name,
      description,
      item: specs
        .filter(({ tag }) => tag === name)
        .toSorted((a, b) => turnOf(a) - turnOf(b))
        .map(requestItem),
    })),
  };
}

function script(listen: string, text: string) {
  return { listen, script: { type: "text/javascript", exec: text.split("\n") } };
}

/** When a request has its turn among those of its folder. */
function turnOf({ operationId, method, path, response }: RouteSpec): number {
  if (operationId === LAST_OPERATION) return 6;
  if (path.endsWith("/erase")) return 5;
  // What belongs to something goes before that does.
  if (method === "delete") return path.endsWith("_id}") ? 3 : 4;
  if (method === "post" && response.status > 200) return 0;
  return method === "post" ? 2 : 1;
}
