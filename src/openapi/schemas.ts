import type { CreateDocumentOptions } from "zod-openapi";

/**
 * Finishes a schema that zod derived: how a value is sent counts, not how it is read.
 *
 * - What says its own `type` is sent as that, whatever it is parsed through.
 * - A `format` says enough: zod's own pattern for it would only be long.
 * - Integers are those that JavaScript knows exactly, which takes 64 bits.
 */
export const asSent: NonNullable<CreateDocumentOptions["override"]> = ({ jsonSchema }) => {
  if (jsonSchema.type !== undefined) delete jsonSchema.anyOf;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.type === "integer") {
    delete jsonSchema.pattern;
    jsonSchema.format = "int64";
  }
};
