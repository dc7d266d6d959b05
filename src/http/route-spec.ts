import type * as z from "zod";
import type { Scope } from "../auth/api-keys/scopes.ts";
import type { ErrorCode } from "../errors.ts";
import type { ListQuery } from "./lists/list-query.ts";
import type { Granted, Policy, PolicyInput } from "./policies/policy.ts";
import type { LimitName } from "./rate-limits/rate-limit.ts";
import type { Call } from "./request/call.ts";

type Schema = z.ZodType;

/** A schema of an object, and what is read by it. */
export type ObjectSchema<Read> = z.ZodObject & z.ZodType<Read>;

/** What a route takes: its path, query and JSON body, each checked before the handler sees it. */
export interface RequestSchemas<Params = unknown, Query = unknown, Body = unknown> {
  params?: ObjectSchema<Params>;
  query?: ObjectSchema<Query> | ListQuery<Query>;
  body?: ObjectSchema<Body>;
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
  /** When there is none, and the answer is a 204. */
  none?: string;
  /** Whether it carries an ETag, and 304 is an answer. */
  etag?: boolean;
}

/** How a route answers where all is well. */
export type RouteAnswer = JsonResponse | EmptyResponse | FileResponse;

/** The size limit of a body that holds no more than a password and the account that it belongs to, in bytes. */
export const SMALL_BODY_BYTES = 16 * 1024;

/** Everything there is to say of an endpoint; the HTTP side, the OpenAPI document and the tests all read it. */
export interface RouteSpec<
  Grant extends Granted = Granted,
  Params = unknown,
  Query = unknown,
  Body = unknown,
  Answer extends RouteAnswer = RouteAnswer,
> {
  method: "get" | "post" | "put" | "delete";
  /** Below `/api/v1`, parameters in braces. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  tag: string;
  access: Policy<Grant>;
  /** What an API key needs to call it, where its tag and method do not say it; see `scopeOf`. */
  scope?: Scope;
  /** Whether a link for imports is let in, too. */
  importLinks?: boolean;
  /** Which limit applies beside the one for every caller. */
  limit?: LimitName;
  request?: RequestSchemas<Params, Query, Body>;
  /** Whether the fields of the body may come as `multipart/form-data` too, and which of them are files then. */
  form?: FormFiles;
  /** How many bytes a body may have, where it is more than others may. */
  bodyBytes?: number;
  /** Whether it accepts an `Idempotency-Key` although it creates nothing: sent again, it would be refused. */
  keyed?: boolean;
  /**
   * Whether its answer is not kept for repetitions, since it has a secret or is large: they are answered by what was
   * created.
   */
  shownOnce?: boolean;
  /** Since when nobody should call it any more, and what to call instead. */
  deprecated?: Deprecation;
  /** Whether it takes `If-Match`, and 412 is an answer; the handler compares. */
  ifMatch?: boolean;
  /** A body that is not JSON: it streams past, so only the document describes it. */
  upload?: UploadSpec;
  response: Answer;
  /** Errors beyond those that every route of its access and request has. */
  errors?: ErrorCode[];
}

/** That an operation will end; days as `2026-02-17`, from their first instant in UTC. */
export interface Deprecation {
  since: string;
  /** The day from which it may be gone; absent while none is decided. */
  sunset?: string;
  /** What to do instead: a sentence, in Markdown. */
  instead: string;
}

/** The files of a form: the media types of each, by the name of its field. They exist in a form alone. */
export type FormFiles = Readonly<Record<string, readonly string[]>>;

/** A streamed body: the fields of its form, which a raw body gives as query parameters. */
export interface UploadSpec {
  fields: z.ZodObject;
  file: string;
  contentTypes: string[];
}

/** A request on its way through its route: what its policy decides by, what is checked, and what handlers get. */
export interface Exchange extends Call, PolicyInput {}

/** Whether a route accepts an `Idempotency-Key`: those that create or start something, and those that say so. */
export function acceptsKey({ method, keyed = false, response }: RouteSpec): boolean {
  return keyed || (method === "post" && (response.status === 201 || response.status === 202));
}
