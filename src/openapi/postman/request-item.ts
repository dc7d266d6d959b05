import * as z from "zod";
import type { RouteSpec } from "../../http/route-spec.ts";
import { querySchema } from "../../http/validation/validate.ts";
import { hasRequestBody, isOpen } from "../route-facts.ts";
import { VARIABLES, variableOf } from "./variables.ts";

/** A file that an upload sends as it is. */
const CSV = "email,first_name,phone\nmarta@example.com,Marta,+525512345699\n";

/** What parameters have that must be there, or that have no example. */
const VALUES: Record<string, string> = {
  email: VARIABLES.email ?? "",
  company_id: "{{company_id}}",
  external_id: "external:A-1",
  n: "1",
  invitation: "{{invitation_id}}",
};

/** A route as a request of Postman. */
export function requestItem(spec: RouteSpec) {
  const { summary, method, path, access } = spec;
  const query = queryOf(spec);
  const segments = path
    .slice(1)
    .replace(/\{(\w+)\}/g, ":$1")
    .split("/");
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const sent = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  return {
    name: summary,
    request: {
      method: method.toUpperCase(),
      header: hasRequestBody(spec)
        ? [{ key: "Content-Type", value: spec.upload ? rawType(spec) : "application/json" }]
        : [],
      ...(isOpen(access.declares) && { auth: { type: "noauth" } }),
      url: {
        raw: `{{base_url}}/${segments.join("/")}${sent.length > 0 ? `?${sent.join("&")}` : ""}`,
        host: ["{{base_url}}"],
        path: segments,
        query,
        variable: names.map((key) => ({ key, value: VALUES[key] ?? `{{${variableOf(path, key)}}}` })),
      },
      ...(hasRequestBody(spec) && { body: { mode: "raw", raw: bodyOf(spec) } }),
      description: spec.description ?? "",
    },
    response: [],
  };
}

/** The parameters of the query: those that need not be there are switched off. */
function queryOf({ request, upload }: RouteSpec) {
  const schema: z.ZodObject = upload ? upload.fields : querySchema(request?.query);
  return Object.entries(schema.shape).map(([key, field]) => {
    const { description = "" } = z.globalRegistry.get(field) ?? {};
    const isNeeded = !field.safeParse(undefined).success;
    return { key, value: VALUES[key] ?? "", description, ...(!isNeeded && { disabled: true }) };
  });
}

function rawType({ upload }: RouteSpec): string {
  return upload?.contentTypes.find((type) => type !== "multipart/form-data") ?? "text/csv";
}

/** The example of the route's body; of an upload, a file. */
function bodyOf({ request, upload }: RouteSpec): string {
  if (upload) return CSV;
  const { example } = (request?.body && z.globalRegistry.get(request.body)) ?? {};
  const body: Record<string, unknown> = { ...Object(example) };
  // The example is nobody's, and one that is used twice ends the session.
  if ("refresh_token" in body) body.refresh_token = "{{refresh_token}}";
  return JSON.stringify(body, null, 2);
}
