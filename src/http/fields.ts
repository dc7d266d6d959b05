import * as z from "zod";

/** Fields that many schemas have. */

export const Id = z.int().positive();

export const Time = z.iso.datetime({ precision: 3 }).meta({ description: "ISO 8601, UTC, milliseconds." });

export const Locale = z.enum(["en", "es", "pt"]);

/** An id in the path. */
export const PathId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
