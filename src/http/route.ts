import type * as z from "zod";
import { requireFound } from "../errors.ts";
import type { Creation } from "./idempotency/creation.ts";
import type { Admitted, Checked, Granted } from "./policies/policy.ts";
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

/** A route as the table holds it. What its handler gets is known in here alone: the steps lead to each other. */
export interface Route {
  spec: RouteSpec;
  /** Asks the route's policy. @throws 401, 403 or 404. */
  admit(exchange: Exchange): Promise<Admitted>;
}

function declare<Grant extends Granted, Params, Query, Body, Answer extends RouteAnswer>(
  spec: RouteSpec<Grant, Params, Query, Body, Answer>,
  bind: (input: RouteInput<Grant, Params, Query, Body>) => Checked,
): Route {
  const { request = {} } = spec;
  return {
    spec,
    async admit(exchange) {
      const granted = await spec.access.authorize(exchange);
      return {
        ...granted,
        async check({ params, query }) {
          const body = request.body ? await validBody(request.body, await exchange.readBody()) : undefined;
          const { query: declared } = request;
          // The validators read by the schemas that these types come from; where there is none, the type is undefined.
          const parts = {
            params: request.params ? params : undefined,
            query:
              declared && "read" in declared
                ? declared.read(query as Record<string, unknown>)
                : declared && query,
            body,
          } as { params: Params; query: Query; body: Body };
          return bind({ ...granted, call: exchange, ...parts });
        },
      };
    },
  };
}

/**
 * Declares an endpoint. A wrong body and a missing policy do not compile.
 *
 * @param handle takes what was checked, gives the body of the answer; errors are thrown as `AppError`.
 */
export function route<
  Grant extends Granted,
  const Answer extends RouteAnswer,
  Params = undefined,
  Query = undefined,
  Body = undefined,
>(
  spec: RouteSpec<Grant, Params, Query, Body, Answer>,
  handle: (input: RouteInput<Grant, Params, Query, Body>) => Promise<RouteResult<Answer> | Response>,
): Route {
  return declare(spec, (input) => ({ handle: () => handle(input) }));
}

/**
 * Declares an endpoint that creates something, in steps that a repetition with the same `Idempotency-Key` can go
 * through by itself.
 *
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
>(
  spec: RouteSpec<Grant, Params, Query, Body, Answer>,
  {
    create,
    find,
    show,
  }: {
    create: (input: RouteInput<Grant, Params, Query, Body> & { creation: Creation }) => Promise<Row>;
    find: (input: RouteInput<Grant, Params, Query, Body>, objectId: number) => Promise<Row | undefined>;
    show: (
      input: RouteInput<Grant, Params, Query, Body>,
      row: Row,
    ) => RouteResult<Answer> | Promise<RouteResult<Answer>>;
  },
): Route {
  return declare(spec, (input) => ({
    handle: async (creation) => show(input, await create({ ...input, creation })),
    recover: async (objectId) => show(input, requireFound(await find(input, objectId))),
  }));
}
