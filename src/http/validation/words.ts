import * as z from "zod";

/**
 * Says what is wrong with a value, for a person who has sent it: what it must be. A schema with words of its own
 * says it itself.
 *
 * @returns `undefined` where zod's own words have to do.
 */
function sayIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${TYPES[issue.expected] ?? issue.expected}${nameOf(issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
    case "too_big":
      return `must ${bound(issue, issue.inclusive === false ? "less than" : "at most", issue.maximum)}`;
    case "too_small":
      if (SIZED[issue.origin] && issue.minimum === 1 && !issue.exact) return "must not be empty";
      return `must ${bound(issue, issue.inclusive === false ? "more than" : "at least", issue.minimum)}`;
    case "invalid_format":
      return (
        FORMATS[issue.format] ??
        (issue.pattern ? "is not written as it must be: the reference shows how" : undefined)
      );
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return "has none of the forms that it may have: the reference shows them";
    default:
      return undefined;
  }
}

const TYPES: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** What is counted of a value that has a size. */
const SIZED: Record<string, string> = { string: "characters", array: "values", record: "entries" };

const FORMATS: Record<string, string> = {
  email: "must be an e-mail address",
  url: "must be an address such as https://example.com/leads",
  date: "must be a day such as 2026-02-17",
  datetime: "must be a time such as 2026-02-17T21:54:09.000Z",
  uuid: "must be a UUID",
};

function bound(
  { origin, exact }: { origin: string; exact?: boolean | undefined },
  comparison: string,
  limit: number | bigint,
): string {
  const words = exact ? "exactly" : comparison;
  const size = SIZED[origin];
  return size ? `have ${words} ${limit} ${size}` : `be ${words} ${limit}`;
}

/** What was sent instead, where a look at the JSON does not show it. */
function nameOf(input: unknown): string {
  if (input === null) return ", not null";
  if (Array.isArray(input)) return ", not a list";
  return typeof input === "string" ? ", not text" : "";
}

z.config({ customError: sayIssue });
