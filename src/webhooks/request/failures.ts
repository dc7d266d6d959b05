/** Why no answer came of a try, in a word. What is wrong with an address has the words of `TargetRefused`. */
export const FAILURES = [
  "timeout",
  "connection_failed",
  "name_not_looked_up",
  "secret_unreadable",
  "invalid_format",
  "credentials",
  "not_https",
  "port",
  "private_address",
  "private_name",
  "own_address",
  "not_resolved",
] as const;

export type Failure = (typeof FAILURES)[number];
