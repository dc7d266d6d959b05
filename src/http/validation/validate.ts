import { zValidator } from "@hono/zod-validator";
import type { HonoRequest, MiddlewareHandler } from "hono";
import * as z from "zod";
import { type AppError, type FieldError, fieldErrors, pointerTo } from "../../errors.ts";
import type { ReadParameters } from "../policies/policy.ts";
import type { AppEnv } from "../request/context.ts";
import type { ObjectSchema, RequestSchemas, RouteSpec } from "../route-spec.ts";
import { subsetSchema } from "./subset-schema.ts";
import "./words.ts";

type Described = Pick<RouteSpec, "request" | "upload">;
type ParameterCode = "invalid_body" | "invalid_parameter";
/** Parameters as they came; one that came several times has a list. */
type Sent = Record<string, string | string[]>;

/**
 * The validators of a route that writes: of its path, then of its query.
 *
 * @throws 400 that names every parameter which is wrong; 422 where it is a field of an upload.
 */
export function validators(spec: Described): MiddlewareHandler<AppEnv>[] {
  const { params, known, code, schemaOf } = describeParameters(spec);
  return [
    ...(params ? [validator("param", "invalid_parameter", params, () => params)] : []),
    validator("query", code, known, schemaOf),
  ];
}

function validator(
  target: "param" | "query",
  code: ParameterCode,
  known: z.ZodObject,
  schemaOf: (input: object) => z.ZodType,
): MiddlewareHandler<AppEnv> {
  return zValidator(
    target,
    known,
    (result) => {
      if (!result.success) throw invalid(code, result.error, known, result.data as Sent);
    },
    { validationFunction: (_, input) => schemaOf(input).safeParse(input) as never },
  );
}

/**
 * The same for a route that reads, in one function: the middlewares of two validators cost a read more than zod does.
 *
 * @returns what reads the parameters of a request; it throws as {@link validators} do.
 */
export function parameterReader(spec: Described): (request: HonoRequest) => ReadParameters {
  const { params, known, code, schemaOf } = describeParameters(spec);
  return (sent) => {
    const readParams = params && read("invalid_parameter", params, params, sent.param());
    const input = queryOf(sent);
    return { params: readParams, query: read(code, known, schemaOf(input), input) };
  };
}

/** Reads something at most once; what was thrown is thrown again by reading it again. */
export function once<Read>(read: () => Read): () => Read {
  let known: { value: Read } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

/** @returns `schemaOf` gives a schema that says of an input what the `known` one does, and is quicker. */
function describeParameters({ request = {}, upload }: Described) {
  const { params, query } = request;
  // A raw body has its fields in the query, which are read again with those of a form.
  const known = upload ? upload.fields.partial() : querySchema(query);
  const code: ParameterCode = upload ? "invalid_body" : "invalid_parameter";
  const subset = subsetSchema(known);
  const schemaOf = (input: object) => {
    const schema = subset(input);
    return isOrdinary(input) ? schema : z.preprocess(withoutEmpty, schema);
  };
  return { params, known, code, schemaOf };
}

/** The parameters of a query. */
function queryOf(sent: HonoRequest): Sent {
  const entries = Object.entries(sent.queries());
  return Object.fromEntries(
    entries.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

/** @param schema says of this input what the known one does: none of them waits for anything. */
function read(code: ParameterCode, known: z.ZodObject, schema: z.ZodType, input: Sent): unknown {
  const result = schema.safeParse(input);
  if (!result.success) throw invalid(code, result.error, known, input);
  return result.data;
}

/** Whether no parameter has to be left out or refused before the schema is asked. */
function isOrdinary(parameters: object): boolean {
  return Object.entries(parameters).every(([name, value]) => value !== "" && name !== "__proto__");
}

/**
 * Checks a body.
 *
 * @throws 422 that names every field which is wrong.
 */
export async function validBody<Body>(schema: ObjectSchema<Body>, body: unknown): Promise<Body> {
  const result = await schema.safeParseAsync(body);
  if (!result.success) throw invalid("invalid_body", result.error, schema);
  return result.data;
}

/** What a route takes in its query; without a declaration, nothing. */
export function querySchema(query: RequestSchemas["query"]): z.ZodObject {
  if (!query) return z.strictObject({});
  return "read" in query ? query.schema : query;
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
 * @param sent the parameters that were read, where it is they.
 */
export function invalid(
  code: ParameterCode,
  error: z.core.$ZodError,
  known: z.ZodObject,
  sent: Sent = {},
): AppError {
  const errors = error.issues.flatMap((issue) => repetition(issue, sent) ?? describe(issue, known));
  return fieldErrors(code, errors.slice(0, MAX_FIELD_ERRORS));
}

/** A body of nothing but unknown fields must not come back as a far larger answer. */
const MAX_FIELD_ERRORS = 100;

/** A parameter that came more than once and has one value; those of lists are values of it all together. */
function repetition(issue: z.core.$ZodIssue, sent: Sent): FieldError | undefined {
  const [name] = issue.path;
  if (typeof name !== "string" || name.endsWith("_in") || codeOf(issue) === "unknown_field") return undefined;
  const values = Object.hasOwn(sent, name) ? sent[name] : undefined;
  if (!Array.isArray(values)) return undefined;
  return {
    pointer: pointerTo([name]),
    code: "repeated",
    detail: `is there ${values.length} times: send it once`,
  };
}

function describe(issue: z.core.$ZodIssue, known: z.ZodObject): FieldError[] {
  const { path } = issue;
  if (issue.code !== "unrecognized_keys") {
    // Of the name of an entry that is none, what is wrong with it.
    const detail = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    return [{ pointer: pointerTo(path), code: codeOf(issue), detail }];
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
