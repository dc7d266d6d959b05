import type { ErrorCode } from "../../errors.ts";

/** Errors that programs meet: of API keys, links for imports and keys for repetitions, and of the feed of events. */
export const INTEGRATOR_ERRORS = {
  idempotency_key_reused: {
    detail: "Send another request with another Idempotency-Key.",
    at: "/import",
  },
  insufficient_scope: {
    detail:
      'This needs a key with the scope "imports:write": make one, as a key keeps the scopes that it was made with.',
    at: "/import",
  },
  not_for_keys: {
    detail: "An API key cannot do this: it takes a user who has signed in.",
    at: "/users",
  },
  not_for_links: {
    detail: "A link for imports imports files, and does nothing else.",
    at: "/companies/1/leads",
  },
  origin_not_allowed: {
    detail: "The link is for pages of https://shop.example.com: make one for this page.",
    at: "/import",
  },
  events_purged: { detail: "Take after=latest, read all leads, then follow.", at: "/companies/1/events" },
} satisfies Partial<Record<ErrorCode, object>>;
