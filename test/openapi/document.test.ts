import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ERRORS, type ErrorCode } from "../../src/errors.ts";
import { Problem, type ProblemBody } from "../../src/http/answer/problem.ts";
import { openApiDocument } from "../../src/openapi/document.ts";
import { ROUTES } from "../../src/routes.ts";

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema: object;
}
interface Answer {
  description: string;
  headers: Record<string, { $ref: string }>;
  content?: Record<
    string,
    { schema?: object; example?: unknown; examples?: Record<string, { $ref: string }> }
  >;
}
interface Operation {
  operationId: string;
  description: string;
  tags: string[];
  security?: object[];
  parameters: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, Answer | { $ref: string }>;
}

const document = openApiDocument(ROUTES, { version: "1.2.3" });
const paths = document.paths as unknown as Record<string, Record<string, Operation>>;
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);
const named = operations.map((one) => [one.operation.operationId, one] as const);

/** What a `$ref` of the document leads to. @throws where that is nothing. */
function follow<T>(value: T | { $ref: string }): T {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return value as T;
  const keys = value.$ref.replace(/^#\//, "").split("/");
  // biome-ignore lint/suspicious/noExplicitAny: any part of the document.
  const node = keys.reduce<any>((part, key) => part?.[key.replaceAll("~1", "/")], document);
  if (node === undefined) throw new Error(`${value.$ref} leads nowhere`);
  return node;
}

function refsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [inner] : refsIn(inner)));
}

function statuses(operationId: string): string[] {
  const node = operations.find(({ operation }) => operation.operationId === operationId);
  return Object.keys(node?.operation.responses ?? {});
}

/** The error codes that an operation documents under a status. */
function codesOf(operation: Operation, status: string): string[] {
  const answer = follow<Answer>(operation.responses[status] as Answer);
  return Object.keys(answer.content?.["application/problem+json"]?.examples ?? {});
}

test("it is OpenAPI 3.1 of the version it is given, with all that tools ask of its head", () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.info).toMatchObject({
    title: "Leadsy",
    version: "1.2.3",
    license: { identifier: "MIT" },
    contact: expect.any(Object),
  });
  expect(document.servers).toEqual([expect.objectContaining({ url: "/api/v1" })]);
  expect(document.components?.securitySchemes).toMatchObject({
    bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
    api_key: { type: "http", scheme: "bearer", bearerFormat: "lk_" },
  });
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});

test("every reference leads somewhere, and every component is referred to", () => {
  const refs = new Set(refsIn(document));
  for (const $ref of refs) expect(follow({ $ref })).toBeTypeOf("object");
  const { securitySchemes: _, ...components } = document.components ?? {};
  const declared = Object.entries(components).flatMap(([kind, items]) =>
    Object.keys(items as object).map((name) => `#/components/${kind}/${name}`),
  );
  expect([...refs].sort()).toEqual(declared.sort());
});

test("it has every route of the table, and nothing else", () => {
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
    ROUTES.map(({ spec }) => `${spec.method} ${spec.path}`).sort(),
  );
});

test("no two operations share an id, and every tag is described", () => {
  const ids = named.map(([id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const described = document.tags?.filter(({ description }) => description).map(({ name }) => name);
  expect(new Set(operations.flatMap(({ operation }) => operation.tags))).toEqual(new Set(described));
  expect(described?.slice(0, 2)).toEqual(["Import", "Leads"]);
});

describe.each(named)("%s", (_, { path, operation }) => {
  const parameters = operation.parameters.map((one) => follow<Parameter>(one as Parameter));

  test("declares the parameters of its path, and each parameter once", () => {
    const inPath = parameters.filter((one) => one.in === "path");
    expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    for (const one of inPath) expect(one.required).toBe(true);
    const all = parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(all).size).toBe(all.length);
  });

  test("has one success, and describes every answer with its headers", () => {
    const answers = Object.entries(operation.responses);
    const successes = answers.map(([status]) => status).filter((status) => status.startsWith("2"));
    // A stream may have nothing more to say.
    expect(successes).toHaveLength(operation.operationId === "followImport" ? 2 : 1);
    for (const [, answer] of answers) {
      const { description, headers } = follow<Answer>(answer as Answer);
      expect(description).not.toBe("");
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(["X-Request-Id"]));
    }
  });

  test("documents its errors under their own status, as problems", () => {
    for (const [status, answer] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue;
      const { content = {} } = follow<Answer>(answer as Answer);
      expect(Object.keys(content)).toEqual(["application/problem+json"]);
      const media = content["application/problem+json"];
      expect(media?.schema).toEqual({ $ref: "#/components/schemas/Problem" });
      for (const [code, example] of Object.entries(media?.examples ?? {})) {
        const { value } = follow<{ value: ProblemBody }>(example as never);
        expect(Problem.parse(value)).toEqual(value);
        expect(value).toMatchObject({ code, status: Number(status), title: ERRORS[code as ErrorCode][1] });
      }
    }
  });

  test("can always end in 400, 429, 500 and 503, and in 401 unless it is open", () => {
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["400", "429", "500", "503"]));
    // Where signing in is a choice, a token that does not count is a 401 all the same.
    const open = operation.security?.every((scheme) => Object.keys(scheme).length === 0) ?? false;
    expect("401" in operation.responses && codesOf(operation, "401").includes("unauthorized")).toBe(!open);
  });
});

test("every example of an answer is one, by the schema of its route", () => {
  for (const { spec } of ROUTES) {
    if ("file" in spec.response) {
      expect(spec.response.example).not.toBe("");
      continue;
    }
    if (spec.response.status === 204) continue;
    const { schema, example } = spec.response;
    expect(schema.parse(example)).toEqual(example);
    const content = follow<Answer>(
      paths[spec.path]?.[spec.method]?.responses[`${spec.response.status}`] as Answer,
    ).content;
    expect(content?.["application/json"]?.example).toEqual(example);
  }
});

test("every JSON body has an example that its route takes", () => {
  const bodies = ROUTES.flatMap(({ spec }) => spec.request?.body ?? []);
  expect(bodies.length).toBeGreaterThan(0);
  for (const body of bodies) expect(() => body.parse(z.globalRegistry.get(body)?.example)).not.toThrow();
});

test("the form of the reference sends nothing by itself that would make a request fail", () => {
  for (const [name, parameter] of Object.entries(document.components?.parameters ?? {})) {
    expect(JSON.stringify(parameter), name).not.toContain("example");
  }
  const form = operations.find(({ operation }) => operation.operationId === "createImport")?.operation
    .requestBody;
  const schema = form?.content["multipart/form-data"]?.schema as {
    required: string[];
    properties: Record<string, { example?: unknown }>;
  };
  const filled = Object.entries(schema.properties).filter(([, { example }]) => example !== undefined);
  expect(filled.map(([name]) => name)).toEqual(["company_id"]);
});

test("every error code has an example", () => {
  const byOperations = operations.flatMap(({ operation }) =>
    Object.keys(operation.responses)
      .filter((status) => Number(status) >= 400)
      .flatMap((status) => codesOf(operation, status)),
  );
  const problem = document.components?.schemas?.Problem as { examples: ProblemBody[] };
  for (const example of problem.examples) expect(Problem.parse(example)).toEqual(example);
  expect(new Set([...byOperations, ...problem.examples.map(({ code }) => code)])).toEqual(
    new Set(Object.keys(ERRORS)),
  );
});

test.each([
  ["login", ["200", "400", "401", "412", "413", "415", "422", "429", "500", "503"]],
  ["validateJwt", ["200", "400", "401", "403", "429", "500", "503"]],
  ["listCompanies", ["200", "400", "401", "403", "429", "500", "503"]],
  ["getCompany", ["200", "304", "400", "401", "403", "404", "429", "500", "503"]],
  ["listImports", ["200", "400", "401", "403", "429", "500", "503"]],
  ["getImport", ["200", "304", "400", "401", "403", "404", "429", "500", "503"]],
  [
    "createImport",
    ["202", "400", "401", "402", "403", "404", "409", "412", "413", "415", "422", "429", "500", "503"],
  ],
  ["downloadErrorFile", ["200", "400", "403", "404", "429", "500", "503"]],
])("%s ends in one of %j", (operationId, expected) => {
  expect(statuses(operationId)).toEqual(expected);
});

test("an upload is a form with a file, or the file with the fields as parameters", () => {
  const post = paths["/import"]?.post;
  const { content = {} } = post?.requestBody ?? {};
  expect(content["multipart/form-data"]?.schema).toMatchObject({
    properties: { company_id: { type: "integer" }, file: { contentMediaType: "text/csv" } },
    required: ["company_id", "file"],
  });
  expect(content["text/csv"]?.schema).toEqual({ contentMediaType: "text/csv" });
  const parameters = (post?.parameters ?? []).map((one) => follow<Parameter>(one as Parameter));
  expect(parameters.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["company_id", "campaign_id", "on_duplicate", "mapping", "Idempotency-Key"]),
  );
  for (const one of parameters) expect(one.schema).not.toHaveProperty("default");
});

test("a list has its predicates as parameters, of the type that is sent", () => {
  const parameters = (paths["/import"]?.get?.parameters ?? []).map((one) =>
    follow<Parameter>(one as Parameter),
  );
  const schemaOf = (name: string) => parameters.find((one) => one.name === name)?.schema;
  expect(schemaOf("id_eq")).toMatchObject({ type: "integer", format: "int64" });
  expect(parameters.find(({ name }) => name === "status_in")).toMatchObject({
    style: "form",
    explode: false,
    schema: { type: "array", items: { type: "string", enum: expect.arrayContaining(["completed", "2"]) } },
  });
  expect(schemaOf("status_in")).not.toHaveProperty("anyOf");
  expect(schemaOf("file_processed_at_gteq")).toMatchObject({ type: "string", format: "date-time" });
  expect(schemaOf("limit")).toMatchObject({ format: "int32", minimum: 1, maximum: 100, default: 25 });
  const ofLeads = paths["/companies/{company_id}/leads"]?.get?.parameters as Parameter[];
  const ids = { type: "array", items: { type: "integer", format: "int64" } };
  expect(ofLeads.find(({ name }) => name === "id_in")?.schema).toMatchObject(ids);
  expect(ofLeads.find(({ name }) => name === "email_null")?.schema).toMatchObject({ type: "boolean" });
});

test("every property and parameter is described, and only ids and sizes are of 64 bits", () => {
  const bare: string[] = [];
  const long = new Set<string>();
  const look = (part: unknown, name: string, path: string) => {
    if (typeof part !== "object" || part === null) return;
    const { properties, schema, ...rest } = part as Record<string, Record<string, object>>;
    if ("format" in part && part.format === "int64") long.add(name);
    if (schema && "in" in part && !("description" in part)) bare.push(`${path} ${part.in}`);
    if (schema) look(schema, String("name" in part ? part.name : name), path);
    for (const [key, property] of Object.entries(properties ?? {})) {
      if (!("description" in property) && !("$ref" in property)) bare.push(`${path}.${key}`);
      look(property, key, `${path}.${key}`);
    }
    for (const [key, one] of Object.entries(rest)) {
      if (key !== "example" && key !== "examples") look(one, Number(key) >= 0 ? name : key, `${path}.${key}`);
    }
  };
  look(document, "", "");
  expect(bare).toEqual([]);
  const others = [...long].filter((name) => !/(^|_)ids?(_|$)|_(eq|in|gt|gteq|lt|lteq)$|^bytes$/.test(name));
  // Ids under other names, and seconds since 1970.
  expect(others.sort()).toEqual([
    "additionalProperties",
    "anyOf",
    "expires",
    "invitation",
    "items",
    "requested_by",
    "user",
  ]);
});

test("a route whose tag nobody described is refused", () => {
  const [first] = ROUTES;
  if (!first) throw new Error("no routes");
  const stray = { ...first, spec: { ...first.spec, tag: "Stray" } };
  expect(() => openApiDocument([stray], { version: "1.0.0" })).toThrow("the tag Stray has no description");
});
