import { type Route, route } from "../../http/route.ts";
import { exampleImportFile, FileLinkQuery, ImportParams } from "../schemas.ts";
import { eventText, STREAM_HEAD } from "./event-text.ts";
import { listenerPolicy } from "./listener-policy.ts";
import { streamEvents } from "./stream-events.ts";

export const importEventRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/import/{import_code}/events",
      operationId: "followImport",
      summary: "Follow an import live",
      description:
        "Server-sent events: `progress` with the import as `GET /import/{import_code}` shows it, each time that it has " +
        "moved, and `done` when it is at rest, however it ended; the stream ends then. A browser's `EventSource` takes " +
        "`events_url` of the import, which needs no header, and is to be closed at `done`.\n\n" +
        "The numbers in `id` come from what is stored: a client that connects again with `Last-Event-ID` sees each of " +
        "the numbers that it missed once (of more than 100 the last 100), all with the import as it is now, also from " +
        "another server. One that had `done` gets a 204. A comment comes every 15 seconds. A stream ends after 15 " +
        "minutes, and when its listener may not see the import any more, which is looked at every minute.",
      tag: "Import",
      importLinks: true,
      access: listenerPolicy,
      request: { params: ImportParams, query: FileLinkQuery.partial() },
      response: {
        status: 200,
        description: "The events.",
        file: "text/event-stream",
        none: "The listener has had `done` already.",
        example:
          STREAM_HEAD +
          eventText(2, "progress", {
            import_file: { ...exampleImportFile, status: 1, status_name: "processing" },
          }) +
          eventText(3, "done", { import_file: exampleImportFile }),
      },
      errors: ["invalid_link"],
    },
    ({ call, actor, tenant, row }) => streamEvents(call, { actor, tenant, row }),
  ),
];
