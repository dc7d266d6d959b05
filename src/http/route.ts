import type * as z from "zod";
import { requireFound } from "../errors.ts";
import { type Early, earlyReading } from "./early.ts";
import type { Creation } from "./idempotency/creation.ts";
import type { Admitted, BegunTarget, Checked, Granted, ReadParameters } from "./policies/policy.ts";
import type { Call } from "./request/call.ts";
import type { Exchange, RouteAnswer, RouteSpec } from "./route-spec.ts";
import { validBody } from "./validation/validate.ts";

/** What a handler gets: what the route's policy grants, the checked request, and the call. */
export type RouteInput<Grant extends Granted, Params, Query, Body> = Grant & {
  call: Call;
  params: Params;
  query: Query;
  body: Body;
};

type RouteResult<Answer extends RouteAnswer> = Answer extends { schema: infer S extends z.ZodType }
  ? z.input<S>
  : Answer extends { status: 204 }
    ? undefined
    : Response;

/** A handler, and what is read for it early. */
interface EarlyHandler<Grant extends Granted, Params, Query, Body, Read, Result> {
  early: Early<Params, Query, Body, Read>;
  handle: (input: RouteInput<Grant, Params, Query, Body> & { read: Read }) => Promise<Result>;
}

/** The parts of a request that are not checked yet. */
export interface UncheckedParts {
  /** What the validators of the route read, once they are asked. */
  parameters(): ReadParameters;
  /** The body; without it, nothing of a body is looked at this early. */
  readBody?: (() => Promise<unknown>) | undefined;
}

/** A route as the table holds it. What its handler gets is known in here alone: the steps lead to each other. */
export interface Route {
  spec: RouteSpec;
  /** Starts what is read before it is known who calls. */
  begin(target: BegunTarget, parts: UncheckedParts): void;
  /** Asks the route's policy. @throws 401, 403 or 404. */
  admit(exchange: Exchange): Promise<Admitted>;
}

function declare<Grant extends Granted, Params, Query, Body, Answer extends RouteAnswer, Read = undefined>(
  spec: RouteSpec<Grant, Params, Query, Body, Answer>,
  bind: (input: RouteInput<Grant, Params, Query, Body>, read: () => Promise<Read>) => Checked,
  early?: Early<Params, Query, Body, Read>,
): Route {
  const { request = {} } = spec;
  const reading = early && earlyReading(early);
  const check = async ({ params, query }: ReadParameters, readBody: () => Promise<unknown>) => {
    const body = request.body ? await validBody(request.body, await readBody()) : undefined;
    const { query: declared } = request;
    // The validators read by the schemas that these types come from; where there is none, the type is undefined.
    return {
      params: request.params ? params : undefined,
      query:
        declared && "read" in declared ? declared.read(query as Record<string, unknown>) : declared && query,
      body,
    } as { params: Params; query: Query; body: Body };
  };
  return {
    spec,
    begin(target, { parameters, readBody }) {
      spec.access.begin?.(target);
      if (!reading || (request.body && !readBody)) return;
      reading.begin(target, async () => check(parameters(), readBody ?? noBody));
    },
    async admit(exchange) {
      const granted = await spec.access.authorize(exchange);
      return {
        ...granted,
        async check(parameters) {
          const parts = await check(parameters, () => exchange.readBody());
          // A repetition that is answered without it does not wait for it, nor fail with it.
          const read = async () => (await reading?.finish(exchange, parts)) as Read;
          return bind({ ...granted, call: exchange, ...parts }, read);
        },
      };
    },
  };
}

async function noBody(): Promise<undefined> {
  return undefined;
}

/**
 * Declares an endpoint. A wrong body and a missing policy do not compile.
 *
 * @param handler takes what was checked, gives the body of the answer; errors are thrown as `AppError`. With `early`,
 * it gets what that has read.
 */
export function route<
  Grant extends Granted,
  const Answer extends RouteAnswer,
  Params = undefined,
  Query = undefined,
  Body = undefined,
  Read = undefined,
>(
  spec: RouteSpec<Grant, Params, Query, Body, Answer>,
  handler:
    | ((input: RouteInput<Grant, Params, Query, Body>) => Promise<RouteResult<Answer> | Response>)
    | EarlyHandler<Grant, Params, Query, Body, Read, RouteResult<Answer> | Response>,
): Route {
  if (typeof handler === "function") return declare(spec, (input) => ({ handle: () => handler(input) }));
  const { early, handle } = handler;
  return declare(
    spec,
    (input, read) => ({ handle: async () => handle({ ...input, read: await read() }) }),
    early,
  );
}

/**
 * Declares an endpoint that creates something, in steps that a repetition with the same `Idempotency-Key` can go
 * through by itself.
 *
 * @param early what `create` needs to have read, as in {@link route}.
 * @param create puts `creation.record(…)` into the batch that creates.
 * @param find the row that `create` gave, by the recorded id; `undefined` where it is gone.
 * @param show the body of the answer; it sets the headers.
 */
export function creatingRoute<
  Grant extends Granted,
  const Answer extends RouteAnswer,
  Row,
  Params = undefined,
  Query = undefined,
  Body = undefined,
  Read = undefined,
>(
  spec: RouteSpec<Grant, Params, Query, Body, Answer>,
  {
    early,
    create,
    find,
    show,
  }: {
    early?: Early<Params, Query, Body, Read>;
    create: (
      input: RouteInput<Grant, Params, Query, Body> & { creation: Creation; read: NoInfer<Read> },
    ) => Promise<Row>;
    find: (input: RouteInput<Grant, Params, Query, Body>, objectId: number) => Promise<Row | undefined>;
    show: (
      input: RouteInput<Grant, Params, Query, Body>,
      row: Row,
    ) => RouteResult<Answer> | Promise<RouteResult<Answer>>;
  },
): Route {
  return declare(
    spec,
    (input, read) => ({
      handle: async (creation) => show(input, await create({ ...input, creation, read: await read() })),
      recover: async (objectId) => show(input, requireFound(await find(input, objectId))),
    }),
    early,
  );
}
