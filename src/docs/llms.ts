import type { Route } from "../http/route.ts";
import { tagsOf } from "../openapi/about.ts";
import { GUIDES, type Guide } from "./guides.ts";

/** What each guide is read for. */
const ABOUT: Record<Guide, string> = {
  console: "importing and working leads in a browser",
  importing: "files, columns, mapping, what is read, what is rejected, error files",
  leads: "finding, writing, duplicates, metrics, export, erasing; campaigns, questions, cycles, territories",
  people: "signing in, accesses, invitations, mail, legal terms, audit trail, memberships",
  integrating: "keys, errors, repetitions, lists, limits; the feed of events, a typed client, a command line",
  running: "deploying, configuring, capacity, costs",
  "when-something-is-wrong": "errors, stuck imports, full stores, lost keys, backups",
  developing: "commands, demo users, debugging, tests",
};

/**
 * Writes `/llms.txt`: what the API is, where its documents are, and all operations, a line each.
 *
 * @see https://llmstxt.org
 */
export function llmsText(routes: readonly Route[]): string {
  const specs = routes.map(({ spec }) => spec);
  const operations = tagsOf(specs).flatMap(({ name, description }) => [
    `### ${name}`,
    "",
    description,
    "",
    ...specs
      .filter(({ tag }) => tag === name)
      .map(({ method, path, summary }) => `- \`${method.toUpperCase()} ${path}\`: ${summary}`),
    "",
  ]);
  return [
    "# Leadsy",
    "",
    "> An HTTP API for lead management: companies send their leads as files, every record becomes a lead or comes " +
      "back with the reason why not, and their teams find, assign, merge, measure and export these leads.",
    "",
    "All operations are below `/api/v1`, take and give JSON in snake_case, and want `Authorization: Bearer` with an " +
      "API key of the company (`lk_…`) or the token of `POST /users/login`. Errors are `application/problem+json`: go " +
      "by `code`; `detail` says what to do. A `POST` that creates something takes an `Idempotency-Key`.",
    "",
    "## Documents",
    "",
    "- [OpenAPI document](/openapi.json): all operations with their schemas and examples",
    ...GUIDES.map((guide) => `- [${guide}](/docs/${guide}): ${ABOUT[guide]}`),
    "",
    "## Operations",
    "",
    ...operations,
  ].join("\n");
}
