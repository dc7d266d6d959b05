import type { ErrorCode } from "../../errors.ts";

/** Errors of those who come with an API key. */
export const KEY_ERRORS = {
  insufficient_scope: {
    detail:
      'This needs a key with the scope "imports:write": make one, as a key keeps the scopes that it was made with.',
    at: "/import",
  },
  not_for_keys: {
    detail: "An API key cannot do this: it takes a user who has signed in.",
    at: "/users",
  },
} satisfies Partial<Record<ErrorCode, object>>;
