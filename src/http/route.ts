import type * as z from "zod";
import { type ErrorCode, found } from "../errors.ts";
import type { Access, Granted } from "./access.ts";
import type { AppContext } from "./context.ts";
import type { Creation } from "./idempotency/creation.ts";
import type { ListQuery } from "./lists/list-query.ts";
import type { LimitName } from "./rate-limits/rate-limit.ts";

type Schema = z.ZodType;
type Output<S> = S extends Schema ? z.output<S> : undefined;

/** What a route takes: its path, query and JSON body, each checked before the handler sees it. */
export interface RequestSchemas {
  params?: z.ZodObject;
  query?: z.ZodObject | ListQuery;
  body?: z.ZodObject;
}

/** An answer in JSON: one success status a route. */
export interface JsonResponse<S extends Schema = Schema> {
  status: 200 | 201 | 202;
  description: string;
  schema: S;
  example: z.input<S>;
  /** Whether it carries an ETag, and 304 is an answer: one object, or a catalogue. */
  etag?: boolean;
  /** What it carries besides what every answer does. */
  headers?: ("ETag" | "Link" | "Location")[];
}

/** An answer without a body. */
export interface EmptyResponse {
  status: 204;
  description: string;
}

/** An answer that is a file: the handler makes it itself. */
export interface FileResponse {
  status: 200;
  description: string;
  /** Its media type, or all that it may have. */
  file: string | readonly string[];
  /** `undefined` where it is not text. */
  example?: string;
  /** Whether it carries an ETag, and 304 is an answer. */
  etag?: boolean;
}

/** The size limit of a body that holds no more than a password and the account that it belongs to, in bytes. */
export const SMALL_BODY_BYTES = 16 * 1024;

/** Everything there is to say of an endpoint; the HTTP side, the OpenAPI document and the tests all read it. */
export interface RouteSpec {
  method: "get" | "post" | "put" | "delete";
  /** Below `/api/v1`, parameters in braces. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  tag: string;
  access: Access;
  /** Which limit applies beside the one for every caller. */
  limit?: LimitName;
  request?: RequestSchemas;
  /** Whether the fields of the body may come as `multipart/form-data` too, and which of them are files then. */
  form?: FormFiles;
  /** How many bytes a body may have, where it is more than others may. */
  bodyBytes?: number;
  /** Whether what it is about is gone afterwards: sent again it is a 404, so that it needs no `Idempotency-Key`. */
  removes?: boolean;
  /** Whether it takes `If-Match`, and 412 is an answer; the handler compares. */
  ifMatch?: boolean;
  /** A body that is not JSON: it streams past, so only the document describes it. */
  upload?: UploadSpec;
  response: JsonResponse | EmptyResponse | FileResponse;
  /** Errors beyond those that every route of its access and request has. */
  errors?: ErrorCode[];
}

/** The files of a form: the media types of each, by the name of its field. They exist in a form alone. */
export type FormFiles = Readonly<Record<string, readonly string[]>>;

/** A streamed body: the fields of its form, which a raw body gives as query parameters. */
export interface UploadSpec {
  fields: z.ZodObject;
  file: string;
  contentTypes: string[];
}

type QueryOutput<Q> = Q extends ListQuery ? ReturnType<Q["read"]> : Output<Q>;

/** What a handler gets: the checked request, and what the route's access grants. */
export type RouteInput<Spec extends RouteSpec> = Granted<Spec["access"]> & {
  c: AppContext;
  params: Output<NonNullable<Spec["request"]>["params"]>;
  query: QueryOutput<NonNullable<Spec["request"]>["query"]>;
  body: Output<NonNullable<Spec["request"]>["body"]>;
};

type RouteResult<Spec extends RouteSpec> = Spec["response"] extends { schema: infer S extends Schema }
  ? z.input<S>
  : Spec["response"] extends { status: 204 }
    ? undefined
    : Response;

/** A route as the table holds it. */
export interface Route {
  spec: RouteSpec;
  handle: (input: never) => Promise<unknown>;
  /** The answer for what an earlier try created, by its id, where a route creates. */
  recover?: (input: never, objectId: number) => Promise<unknown>;
}

/**
 * Declares an endpoint. A wrong body and a missing policy do not compile.
 *
 * @param handle takes what was checked, gives the body of the answer; errors are thrown as `AppError`.
 */
export function route<const Spec extends RouteSpec>(
  spec: Spec,
  handle: (input: RouteInput<Spec>) => Promise<RouteResult<Spec> | Response>,
): Route {
  return { spec, handle };
}

/** What a route that creates gets beside the checked request. */
export type CreatingInput<Spec extends RouteSpec> = RouteInput<Spec> & { creation: Creation };

/**
 * Declares an endpoint that creates something, in steps that a repetition with the same `Idempotency-Key` can go
 * through by itself.
 *
 * @param create puts `creation.record(…)` into the batch that creates.
 * @param find the row that `create` gave, by the recorded id; `undefined` where it is gone.
 * @param show the body of the answer; it sets the headers.
 */
export function creatingRoute<const Spec extends RouteSpec, Row>(
  spec: Spec,
  {
    create,
    find,
    show,
  }: {
    create: (input: CreatingInput<Spec>) => Promise<Row>;
    find: (input: RouteInput<Spec>, objectId: number) => Promise<Row | undefined>;
    show: (input: RouteInput<Spec>, row: Row) => RouteResult<Spec> | Promise<RouteResult<Spec>>;
  },
): Route {
  return {
    spec,
    handle: async (input: CreatingInput<Spec>) => show(input, await create(input)),
    recover: async (input: RouteInput<Spec>, objectId) => show(input, found(await find(input, objectId))),
  };
}

/** Whether a route makes something new, and so takes an `Idempotency-Key`. */
export function creates({ method, removes = false, response }: RouteSpec): boolean {
  return method === "post" && !removes && (response.status === 201 || response.status === 202);
}
