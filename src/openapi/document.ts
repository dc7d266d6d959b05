import { createDocument } from "zod-openapi";
import { Problem } from "../http/answer/problem.ts";
import { BASE_PATH } from "../http/mount.ts";
import type { Route } from "../http/route.ts";
import { DESCRIPTION, tagsOf } from "./about.ts";
import { ERROR_EXAMPLES } from "./error-examples.ts";
import { describeParameters, describeProperties } from "./glossary/describe.ts";
import { headersOf, PARAMETERS } from "./headers.ts";
import { operation } from "./operation.ts";
import { problemExamples, problemResponses } from "./problems.ts";
import { asSent } from "./schemas.ts";

/** The document as JSON. */
export type OpenApiDocument = ReturnType<typeof createDocument>;

/**
 * Writes the table of routes as an OpenAPI 3.1 document.
 *
 * @param version the API's own.
 * @throws where a route says something that cannot be documented, such as a tag without a description.
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(routes: Route[], { version }: { version: string }): OpenApiDocument {
  const specs = routes.map(({ spec }) => spec);
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {};
  for (const spec of specs) {
    paths[spec.path] = { ...paths[spec.path], [spec.method]: operation(spec) };
  }
  const document = createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "Leadsy",
        version,
        summary: "The open, edge-native API for lead management",
        description: DESCRIPTION,
        contact: { name: "Leadsy" },
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [
        {
          url: BASE_PATH,
          description: "The installation that serves this document: local, staging or production.",
          "x-internal": false,
        },
      ],
      security: [{ bearer: [] }],
      tags: tagsOf(specs),
      paths,
      components: {
        // A wrong method is an error of the address, so no operation has it.
        schemas: { Problem: Problem.meta({ examples: [ERROR_EXAMPLES.method_not_allowed.value] }) },
        examples: problemExamples(specs),
        responses: problemResponses(specs),
        headers: headersOf(specs),
        parameters: PARAMETERS,
        securitySchemes: {
          bearer: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "JWT",
            description:
              "The `token` of `POST /users/login`: an ES256 JWT for 15 minutes, checked as RFC8725 asks. The bare " +
              "`Authorization: <token>`, without `Bearer`, is taken too.",
          },
          api_key: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "lk_",
            description:
              "The `secret` of `POST /companies/{id}/api_keys`, for programs. Each operation says which scope it takes.",
          },
        },
      },
    },
    { override: asSent },
  );
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    describeProperties(schema, name);
  }
  describeProperties(document.paths);
  describeParameters(document.paths ?? {});
  return document;
}
