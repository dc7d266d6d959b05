import type * as z from "zod";
import { Locale } from "../validation/fields.ts";

/** What is read of the header: nobody reads more languages than that. */
const MOST_CHARACTERS = 500;

/**
 * The language of ours that a reader likes best.
 *
 * @param header an `Accept-Language` (RFC 9110, section 12.5.4); what is not one counts as absent.
 * @returns English where none of ours is named.
 */
export function acceptedLocale(header: string | undefined): z.output<typeof Locale> {
  let best: z.output<typeof Locale> = "en";
  let weight = 0;
  for (const range of (header ?? "").slice(0, MOST_CHARACTERS).split(",")) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const locale = Locale.safeParse(tag.split("-", 1)[0]);
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    const liked = quality === undefined ? 1 : Number(quality.slice(2));
    if (!locale.success || !(liked > weight) || liked > 1) continue;
    best = locale.data;
    weight = liked;
  }
  return best;
}
