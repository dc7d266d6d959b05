import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { Access } from "../http/access.ts";
import type { RouteSpec } from "../http/route.ts";
import { requestOf } from "./request.ts";
import { responsesOf } from "./responses.ts";
import { isOpen } from "./route-facts.ts";

/** A route as an operation of the document. */
export function operation(spec: RouteSpec): ZodOpenApiOperationObject {
  const { operationId, summary, description, tag, access } = spec;
  return {
    operationId,
    summary,
    description: [description, whoMay(access)].filter(Boolean).join("\n\n"),
    tags: [tag],
    // No scheme at all, rather than the document's own.
    ...(isOpen(access) && { security: [{}] }),
    ...requestOf(spec),
    responses: responsesOf(spec),
  };
}

function whoMay(access: Access): string {
  switch (access.kind) {
    case "public":
      return "**Access**: anyone, signed in or not.";
    case "signed_link":
      return "**Access**: whoever holds a link that this API made.";
    case "signed_in":
      return "**Access**: anyone signed in.";
    case "companies":
      return `**Access**: \`${access.role}\`, or a higher one; what lies in other companies is left out.`;
    case "company":
    case "row":
    case "streamed":
      return `**Access**: \`${access.role}\`, or a higher one, in the company; to anyone else it does not exist.`;
  }
}
