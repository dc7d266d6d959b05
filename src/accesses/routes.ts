import { notFound } from "../errors.ts";
import { signedInPolicy } from "../http/policies/signed-in.ts";
import { type Route, route } from "../http/route.ts";
import { listAccesses } from "./queries.ts";
import { AccessAnswer, AccessesAnswer, AccessParams, exampleAccess } from "./schemas.ts";
import { viewAccess } from "./view.ts";

export const accessesRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/accesses",
      operationId: "listAccesses",
      summary: "List accesses",
      description: "The catalogue of roles, the one that may most first. It is the same for every company.",
      tag: "Accesses",
      access: signedInPolicy,
      response: {
        status: 200,
        description: "The whole catalogue.",
        schema: AccessesAnswer,
        example: { accesses: [exampleAccess] },
        etag: true,
      },
    },
    async ({ call }) => {
      const rows = await listAccesses(call.databases.directory);
      return { accesses: rows.map(viewAccess) };
    },
  ),
  route(
    {
      method: "get",
      path: "/accesses/{id}",
      operationId: "getAccess",
      summary: "Get an access",
      tag: "Accesses",
      access: signedInPolicy,
      request: { params: AccessParams },
      response: {
        status: 200,
        description: "The access.",
        schema: AccessAnswer,
        example: { access: exampleAccess },
        etag: true,
      },
      errors: ["not_found"],
    },
    async ({ call, params }) => {
      const rows = await listAccesses(call.databases.directory);
      const catalogued = rows.find(({ id }) => id === params.id);
      if (!catalogued) throw notFound();
      return { access: viewAccess(catalogued) };
    },
  ),
];
