import * as z from "zod";

/** Fields that many schemas have. */

export const Id = z.int().positive();

export const Time = z.iso
  .datetime({ precision: 3 })
  .length(24)
  .meta({ description: "ISO 8601, UTC, milliseconds." });

/** What a person or a thing is called. */
export const Name = z.string().max(255);

export const Email = z.email().max(254);

export const Url = z.url().max(2048);

export const Locale = z.enum(["en", "es", "pt"]);

/** An id in the path. */
export const PathId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
