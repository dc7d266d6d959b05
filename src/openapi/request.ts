import * as z from "zod";
import type { ZodOpenApiOperationObject, ZodOpenApiRequestBodyObject } from "zod-openapi";
import { acceptsKey, type FormFiles, type RouteSpec, type UploadSpec } from "../http/route-spec.ts";
import { querySchema } from "../http/validation/validate.ts";
import { requestHeaders } from "./headers.ts";
import { EVENTS, hasETag } from "./route-facts.ts";

/** What a route takes: parameters, headers and body. */
export function requestOf(
  spec: RouteSpec,
): Pick<ZodOpenApiOperationObject, "parameters" | "requestParams" | "requestBody"> {
  const { params, query, body } = spec.request ?? {};
  return {
    requestParams: {
      ...(params && { path: params }),
      query: spec.upload ? fieldsAsQuery(spec.upload.fields) : querySchema(query),
    },
    parameters: requestHeaders([
      ...(acceptsKey(spec) ? (["IdempotencyKey"] as const) : []),
      ...(hasETag(spec) ? (["IfNoneMatch"] as const) : []),
      ...("file" in spec.response && spec.response.file === EVENTS ? (["LastEventId"] as const) : []),
      ...(spec.ifMatch ? (["IfMatch"] as const) : []),
      "Bookmark",
      "RequestId",
    ]),
    ...(body && { requestBody: bodyOf(spec, body) }),
    ...(spec.upload && { requestBody: uploadBody(spec.upload) }),
  };
}

/** A JSON body; it may be left out where it has no field that must be there. */
function bodyOf({ form }: RouteSpec, schema: z.ZodObject): ZodOpenApiRequestBodyObject {
  const required = !schema.safeParse({}).success;
  const content = form ? jsonAndForm(schema, form) : { "application/json": { schema } };
  return { required, content };
}

/** The same fields either way, but for files: JSON has none. */
function jsonAndForm(schema: z.ZodObject, files: FormFiles): ZodOpenApiRequestBodyObject["content"] {
  const fields = Object.entries(schema.shape);
  const inJson = fields.filter(([name]) => !(name in files));
  const inForm = fields.map(([name, field]) => {
    const { description } = z.globalRegistry.get(field) ?? {};
    return [
      name,
      name in files
        ? z
            .unknown()
            .optional()
            .meta({ description, ...rawFile(ANY_FILE) })
        : field,
    ];
  });
  const encoding = Object.entries(files).map(([name, types]) => [name, { contentType: types.join(", ") }]);
  const { example } = z.globalRegistry.get(schema) ?? {};
  return {
    "application/json": { schema: z.strictObject(Object.fromEntries(inJson)).meta({ example }) },
    "multipart/form-data": {
      schema: z.strictObject(Object.fromEntries(inForm)),
      encoding: Object.fromEntries(encoding),
    },
  };
}

/** A streamed file: in a form with its fields, or alone, and then the fields are query parameters. */
function uploadBody({ fields, file, contentTypes }: UploadSpec): ZodOpenApiRequestBodyObject {
  const content = contentTypes.map((type) => {
    if (type !== "multipart/form-data") return [type, { schema: rawFile(type) }];
    const schema = withoutOptionalExamples(fields).extend({
      file: z.unknown().meta({ ...rawFile(FILE_TYPE), description: file }),
    });
    return [type, { schema, encoding: { file: { contentType: FILE_TYPE } } }];
  });
  return { required: true, description: file, content: Object.fromEntries(content) };
}

/** A form that may be sent as the reference fills it in: what may be left out is. */
function withoutOptionalExamples(fields: z.ZodObject): z.ZodObject {
  const shape = Object.entries(fields.shape).map(([name, field]) => {
    const meta = z.globalRegistry.get(field);
    return [name, field.safeParse(undefined).success ? field.meta({ ...meta, example: undefined }) : field];
  });
  return z.strictObject(Object.fromEntries(shape));
}

/** The fields of a form as query parameters: with neither examples nor defaults, which a page would send twice. */
function fieldsAsQuery(fields: z.ZodObject): z.ZodObject {
  const parameters = Object.entries(fields.shape).map(([name, field]) => {
    const { description = "" } = z.globalRegistry.get(field) ?? {};
    const taken = field instanceof z.ZodDefault ? field.unwrap() : field;
    const parameter = z.optional(taken).meta({
      description: `${description} With a raw body only: in a form it is a field.`.trim(),
      example: undefined,
    });
    return [name, parameter];
  });
  return z.object(Object.fromEntries(parameters));
}

const FILE_TYPE = "text/csv";
/** A file of several types: its encoding names them. */
const ANY_FILE = "application/octet-stream";

/**
 * Bytes as they are: without a `type`, which would be one of JSON.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#working-with-binary-data
 */
function rawFile(contentMediaType: string) {
  return { contentMediaType };
}
