/**
 * A lead store: what companies work with. Times are milliseconds since 1970, UTC.
 *
 * Links inside a store carry the company, so that a link into another company fails in SQLite itself.
 */

export { keyedRequests } from "../keyed-requests.ts";
export * from "./tables/campaigns.ts";
export * from "./tables/custom-fields.ts";
export * from "./tables/erasures.ts";
export * from "./tables/events.ts";
export * from "./tables/import-plans.ts";
export * from "./tables/import-records.ts";
export * from "./tables/import-undos.ts";
export * from "./tables/imports.ts";
export * from "./tables/lead-counts.ts";
export * from "./tables/lead-work.ts";
export * from "./tables/leads.ts";
export * from "./tables/territories.ts";
export * from "./tables/webhooks/deliveries.ts";
export * from "./tables/webhooks/webhooks.ts";
