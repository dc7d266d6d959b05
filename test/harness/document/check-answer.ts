import type { Answer, ApiDocument } from "./api-document.ts";
import { operationFinder } from "./operations.ts";
import { schemaChecker } from "./schemas.ts";

/** What was asked, and what came back. */
export interface Exchange {
  method: string;
  /** With the part that the server's address has. */
  path: string;
  status: number;
  headers: Headers;
  /** As text; `null` for a body that is not JSON. */
  body: string | null;
}

/** Headers that mean the same everywhere, of which the document says nothing. */
const GENERAL_HEADERS = new Set([
  ...["content-type", "content-length", "cache-control", "vary", "set-cookie", "server-timing"],
  ...["x-content-type-options", "strict-transport-security", "cross-origin-resource-policy"],
  ...["content-security-policy", "x-accel-buffering"],
  ...["access-control-expose-headers", "access-control-allow-credentials", "deprecation", "sunset"],
]);

/** Which header an error has in any case. */
const HEADER_OF_CODE: Record<string, string> = {
  too_many_requests: "Retry-After",
  unavailable: "Retry-After",
  request_in_flight: "Retry-After",
  unauthorized: "WWW-Authenticate",
  insufficient_scope: "WWW-Authenticate",
};

const PROBLEM = "application/problem+json";

/** How an answer compares with its operation. */
export interface Comparison {
  /** Method and path of the operation; `null` where the document has none for the request. */
  operation: string | null;
  /** Each in a sentence. */
  differences: string[];
}

/**
 * Makes a check of answers against an OpenAPI document: status, media type, headers, the code of an error and a body
 * of JSON.
 */
export function answerChecker(document: ApiDocument): (exchange: Exchange) => Comparison {
  const differences = schemaChecker(document);
  const find = operationFinder(document);
  const base = document.servers[0]?.url ?? "";

  function ofHeaders({ headers: documented = {} }: Answer, headers: Headers): string[] {
    const names = Object.keys(documented);
    const known = new Set(names.map((name) => name.toLowerCase()));
    const extra = [...headers.keys()].filter((name) => !known.has(name) && !GENERAL_HEADERS.has(name));
    return [
      ...extra.map((name) => `the header ${name} is not documented`),
      ...names.flatMap((name) => ofHeader(name, headers.get(name))),
    ];
  }

  function ofHeader(name: string, value: string | null): string[] {
    const { required, schema } = document.components.headers[name] ?? { schema: {} };
    if (value === null) return required ? [`the header ${name} is missing`] : [];
    const read = schema.type === "integer" ? Number(value) : value;
    return differences(["components", "headers", name, "schema"], read, `the header ${name}`);
  }

  function ofBody({ at, content = {} }: Answer, { method, headers, body }: Exchange): string[] {
    const type = headers.get("Content-Type")?.split(";", 1)[0]?.trim() ?? null;
    const types = Object.keys(content);
    if (method === "HEAD") return [];
    if (type === null) return types.length > 0 ? ["there is no body"] : [];
    const media = content[type];
    if (!media) return [`the body is ${type}, and not ${types.join(" or ") || "empty"}`];
    if (body === null || !media.schema) return [];
    const value = JSON.parse(body);
    if (type === PROBLEM) {
      const codes = Object.keys(media.examples ?? {});
      if (!codes.includes(value.code)) return [`the code ${value.code} is not documented`];
      const header = HEADER_OF_CODE[value.code];
      if (header && !headers.has(header)) return [`${value.code} comes without ${header}`];
    }
    return differences([...at, "content", type, "schema"], value, "the body");
  }

  /** What has no address, or is no method of its address, is refused by a problem. */
  function ofNowhere({ status, body }: Exchange): string[] {
    if (![404, 405, 429, 503].includes(status)) return [`it has no operation, and answers ${status}`];
    const value: unknown = JSON.parse(body ?? "null");
    return differences(["components", "schemas", "Problem"], value, "the body");
  }

  return (exchange) => {
    const operation = find(exchange.method, exchange.path.slice(base.length));
    if (!operation) return { operation: null, differences: ofNowhere(exchange) };
    const answer = operation.answers.get(exchange.status);
    const differences = answer
      ? [...ofHeaders(answer, exchange.headers), ...ofBody(answer, exchange)]
      : ["the status is not documented"];
    return { operation: operation.name, differences };
  };
}
