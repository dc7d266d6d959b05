import * as z from "zod";
import { type AppError, type FieldError, fieldErrors, pointerTo } from "../../errors.ts";
import type { Exchange, ObjectSchema, RequestSchemas, RouteSpec } from "../route-spec.ts";
import { subsetSchema } from "./subset-schema.ts";

/**
 * Prepares the reading of a route's requests: path, then query, then body.
 *
 * @returns what checks a request. @throws 400 for its path and query, 422 for its body, naming every wrong field.
 */
export function requestReader<Params, Query, Body>({
  request = {},
  upload,
}: {
  request?: RequestSchemas<Params, Query, Body>;
  upload?: RouteSpec["upload"];
}): (exchange: Exchange) => Promise<{ params: Params; query: Query; body: Body }> {
  const { params: pathSchema, body: bodySchema } = request;
  const readQuery = queryReader(request.query);
  // A raw body has its fields in the query, which are read again with those of a form.
  const checkUpload = upload && queryReader(upload.fields.partial());
  return async (exchange) => {
    const params = pathSchema
      ? await parse("invalid_parameter", pathSchema, pathSchema, exchange.params)
      : undeclared<Params>();
    const input = singleValues(exchange.queries);
    await checkUpload?.(input);
    const query = upload ? undeclared<Query>() : await readQuery(input);
    const body = bodySchema ? await validBody(bodySchema, await exchange.readBody()) : undeclared<Body>();
    return { params, query, body };
  };
}

/** Where a route declares nothing, its handler's type for it is `undefined` by default: TypeScript cannot follow that. */
function undeclared<Nothing>(): Nothing {
  return undefined as Nothing;
}

function queryReader<Query>(
  query: RequestSchemas<unknown, Query>["query"],
): (input: object) => Promise<Query> {
  if (query && !("read" in query)) return parameterReader(query);
  const read = parameterReader(querySchema(query));
  return async (input) => {
    const values = await read(input);
    return query ? query.read(values) : undeclared<Query>();
  };
}

function parameterReader<Read>(known: ObjectSchema<Read>): (input: object) => Promise<Read> {
  const schemaFor = subsetSchema(known, (subset) => z.preprocess(withoutEmpty, subset));
  return (input) => parse("invalid_parameter", schemaFor(input), known, input);
}

/**
 * Checks a body.
 *
 * @throws 422 that names every field which is wrong.
 */
export function validBody<Body>(schema: ObjectSchema<Body>, body: unknown): Promise<Body> {
  return parse("invalid_body", schema, schema, body);
}

/** What a route takes in its query; without a declaration, nothing. */
export function querySchema(query: RequestSchemas["query"]): z.ZodObject {
  if (!query) return z.strictObject({});
  return "read" in query ? query.schema : query;
}

/** @param known the schema that says of an input what the one that reads it does. */
async function parse<Read>(
  code: "invalid_body" | "invalid_parameter",
  schema: z.ZodType<Read>,
  known: z.ZodObject,
  input: unknown,
): Promise<Read> {
  const result = await schema.safeParseAsync(input);
  if (!result.success) throw invalid(code, result.error, known);
  return result.data;
}

/** The parameters of a query as they are checked: one that comes once is text, else it is a list. */
function singleValues(queries: Exchange["queries"]): Record<string, string | readonly string[] | undefined> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}

/** `?page&id_eq=` asks for nothing: an empty parameter counts as absent. */
function withoutEmpty(parameters: unknown, context: z.RefinementCtx): unknown {
  const input = parameters as Record<string, unknown>;
  const entries = Object.entries(input).filter(([, value]) => value !== "");
  // Nothing is called so; a schema that takes names of the caller's making would pass it over.
  if (entries.some(([name]) => name === "__proto__")) {
    context.addIssue({ code: "unrecognized_keys", keys: ["__proto__"], input });
  }
  return Object.fromEntries(entries.filter(([name]) => name !== "__proto__"));
}

/**
 * A zod error as a problem that names each field.
 *
 * @param known what would have been taken, for those who sent something else.
 */
export function invalid(
  code: "invalid_body" | "invalid_parameter",
  error: z.core.$ZodError,
  known: z.ZodObject,
): AppError {
  const errors = error.issues.flatMap((issue) => describe(issue, known));
  return fieldErrors(code, errors.slice(0, MAX_FIELD_ERRORS));
}

/** A body of nothing but unknown fields must not come back as a far larger answer. */
const MAX_FIELD_ERRORS = 100;

function describe(issue: z.core.$ZodIssue, known: z.ZodObject): FieldError[] {
  const { path } = issue;
  if (issue.code !== "unrecognized_keys") {
    return [{ pointer: pointerTo(path), code: codeOf(issue), detail: issue.message }];
  }
  const names = path.length === 0 ? Object.keys(known.shape) : [];
  const allowed = names.length > 0 ? `; allowed: ${names.join(", ")}` : "";
  return issue.keys.map((key) => ({
    pointer: pointerTo([...path, key]),
    code: "unknown_field",
    detail: `is not known here${allowed}`,
  }));
}

/** A rule of our own may name itself: `.refine(…, { params: { code } })`. */
function codeOf(issue: z.core.$ZodIssue): string {
  return issue.code === "custom" && typeof issue.params?.code === "string" ? issue.params.code : issue.code;
}
