import type { CreateDocumentOptions } from "zod-openapi";

const MOST_OF_INT32 = 2 ** 31 - 1;

/**
 * Finishes a schema that zod derived: how a value is sent counts, not how it is read.
 *
 * - What says its own `type` is sent as that, whatever it is parsed through.
 * - A `format` says enough: zod's own pattern for it would only be long.
 * - An integer is one of 32 bits, unless its schema says `int64` or has a range beyond: generators make types of it
 *   that are awkward to work with.
 */
export const asSent: NonNullable<CreateDocumentOptions["override"]> = ({ jsonSchema }) => {
  if (jsonSchema.type !== undefined) delete jsonSchema.anyOf;
  if (jsonSchema.type === "boolean") delete jsonSchema.enum;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.type === "integer" && jsonSchema.enum === undefined) {
    delete jsonSchema.pattern;
    jsonSchema.format ??= formatOf(
      jsonSchema.minimum ?? Number(jsonSchema.exclusiveMinimum),
      jsonSchema.maximum,
    );
    if (jsonSchema.format === "int32")
      jsonSchema.maximum = Math.min(jsonSchema.maximum ?? MOST_OF_INT32, MOST_OF_INT32);
  }
};

/** A count says only where it begins: as many as 31 bits hold are more than there can be of anything. */
function formatOf(minimum: number, maximum = Number.MAX_SAFE_INTEGER): "int32" | "int64" {
  if (!(minimum >= -MOST_OF_INT32 - 1)) return "int64";
  return maximum <= MOST_OF_INT32 || maximum === Number.MAX_SAFE_INTEGER ? "int32" : "int64";
}
