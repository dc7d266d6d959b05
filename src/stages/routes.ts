import { cataloguePolicy } from "../http/policies/signed-in.ts";
import { type Route, route } from "../http/route.ts";
import { listStages } from "./queries.ts";
import { StagesAnswer } from "./schemas.ts";

export const stagesRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/stages",
      operationId: "listStages",
      summary: "List stages",
      description: "What a lead goes through, in order. The catalogue is the same for every company.",
      tag: "Campaigns",
      access: cataloguePolicy,
      response: {
        status: 200,
        description: "The stages.",
        schema: StagesAnswer,
        example: {
          stages: [
            { id: 1, name: "New", key: "new", kind: "initial", position: 1 },
            { id: 6, name: "Won", key: "won", kind: "won", position: 6 },
          ],
        },
        etag: true,
      },
    },
    async ({ call }) => ({
      stages: (await listStages(call.databases.directory)).map(({ id, name, key, kind, position }) => ({
        id,
        name,
        key,
        kind,
        position,
      })),
    }),
  ),
];
