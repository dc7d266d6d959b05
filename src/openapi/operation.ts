import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { Declaration } from "../http/policies/policy.ts";
import type { Deprecation, RouteSpec } from "../http/route-spec.ts";
import { scopeOf } from "../http/scope.ts";
import { requestOf } from "./request.ts";
import { responsesOf } from "./responses.ts";
import { isOpen } from "./route-facts.ts";

/** A route as an operation of the document. */
export function operation(spec: RouteSpec): ZodOpenApiOperationObject {
  const { operationId, summary, description, tag } = spec;
  const access = spec.access.declares;
  return {
    operationId,
    summary,
    description: [endOf(spec.deprecated), description, whoMay(access), keysMay(spec)]
      .filter(Boolean)
      .join("\n\n"),
    tags: [tag],
    ...(spec.deprecated && { deprecated: true }),
    // No scheme at all, rather than the document's own.
    ...(isOpen(access) && { security: [{}] }),
    ...(!isOpen(access) && { security: schemesOf(spec) }),
    ...requestOf(spec),
    // The reference would leave the file out of the samples that it makes.
    ...(spec.upload?.contentTypes.includes("multipart/form-data") && {
      "x-codeSamples": [{ lang: "Shell", label: "curl", source: uploadSample(spec.path) }],
    }),
    responses: responsesOf(spec),
  };
}

/** How a caller may say who they are; by a choice, not at all. */
function schemesOf(spec: RouteSpec): Record<string, string[]>[] {
  const schemes: Record<string, string[]>[] = [{ bearer: [] }];
  if (scopeOf(spec) !== null) schemes.push({ api_key: [] });
  if (spec.access.caller === "optional") schemes.push({});
  return schemes;
}

function keysMay(spec: RouteSpec): string | undefined {
  if (spec.access.caller === "ignored") return undefined;
  const scope = scopeOf(spec);
  return scope === null ? "**API keys**: none." : `**API keys**: with the scope \`${scope}\`.`;
}

function uploadSample(path: string): string {
  return `curl "$API${path}" \\\n  --header "Authorization: Bearer $TOKEN" \\\n  --form company_id=1 \\\n  --form file=@leads.csv`;
}

function endOf(deprecated: Deprecation | undefined): string | undefined {
  if (!deprecated) return undefined;
  const { since, sunset, instead } = deprecated;
  return `**Deprecated** since ${since}${sunset ? `, and may be gone from ${sunset} on` : ""}. ${instead}`;
}

function whoMay(access: Declaration): string {
  switch (access.kind) {
    case "public":
      return "**Access**: anyone, signed in or not.";
    case "signed_link":
      return "**Access**: the holder of a link that this API made.";
    case "optional":
      return "**Access**: anyone; who is signed in may do more.";
    case "signed_in":
      return "**Access**: anyone signed in.";
    case "operator":
      return "**Access**: a platform operator.";
    case "companies":
      return `**Access**: \`${access.role}\`, or a higher one; what lies in other companies is left out.`;
    case "user":
      return `**Access**: ${WHO_MAY[access.may]}; to anyone else the user does not exist.`;
    case "row_or_link":
      return `**Access**: \`${access.role}\`, or a higher one, in the company, by token or by a link that this API made; to anyone else it does not exist.`;
    case "company":
    case "tenant":
    case "directory_row":
    case "row":
    case "streamed":
      return `**Access**: \`${access.role}\`, or a higher one, in the company; to anyone else it does not exist.`;
  }
}

const WHO_MAY = {
  see: "the user, and everyone who shares a company with them",
  manage: "the user, and managers of all of their accesses",
  manage_somewhere: "the user, and managers of one of their accesses",
  grant: "those who see the user and are `manager` or higher in the companies concerned",
  self: "the user alone",
};
