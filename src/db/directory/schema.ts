/** The directory: who may do what. Times are milliseconds since 1970, UTC. */

export { keyedRequests } from "../keyed-requests.ts";
export * from "./tables/accesses.ts";
export * from "./tables/audit-events.ts";
export * from "./tables/companies.ts";
export * from "./tables/invitations.ts";
export * from "./tables/jobs.ts";
export * from "./tables/legal-terms.ts";
export * from "./tables/mails.ts";
export * from "./tables/memberships.ts";
export * from "./tables/refusals.ts";
export * from "./tables/sessions.ts";
export * from "./tables/stages.ts";
export * from "./tables/users.ts";
