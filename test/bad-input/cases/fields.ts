import * as z from "zod";
import type { RouteSpec } from "../../../src/http/route-spec.ts";
import { nameOf } from "./requests.ts";

type JsonSchema = z.core.JSONSchema.JSONSchema;
export type JsonType = "string" | "integer" | "number" | "boolean" | "array" | "object" | "null";

/** A place in a body where a value stands. */
export interface Field {
  /** The names that lead to it; of an array its first element. */
  path: (string | number)[];
  /** What the document says may stand there. */
  types: JsonType[];
  schema: JsonSchema;
}

/** Every field of a route's body, those of objects and arrays within it too. */
export function fieldsOf({ request }: RouteSpec): Field[] {
  if (!request?.body) return [];
  const root = z.toJSONSchema(request.body, { io: "input", unrepresentable: "any" });
  const resolve = (schema: JsonSchema): JsonSchema => {
    const [, name] = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? "") ?? [];
    return name === undefined ? schema : (root.$defs?.[name] as JsonSchema);
  };
  const walk = (reference: JsonSchema, path: Field["path"]): Field[] => {
    const schema = resolve(reference);
    const variants = (schema.anyOf ?? [schema]).map((one) => resolve(one as JsonSchema));
    const inner = variants.flatMap((variant) => [
      ...Object.entries(variant.properties ?? {}).flatMap(([name, one]) =>
        walk(one as JsonSchema, [...path, name]),
      ),
      ...(variant.items ? walk(variant.items as JsonSchema, [...path, 0]) : []),
    ]);
    const types = variants.flatMap((variant) => variant.type ?? []) as JsonType[];
    return [...(path.length > 0 ? [{ path, types, schema }] : []), ...inner];
  };
  return walk(root, []);
}

/** The JSON Pointer of a field (RFC 6901). */
export const pointerOf = ({ path }: Pick<Field, "path">): string => path.map((part) => `/${part}`).join("");

/** A field of the table of routes. */
export const placeOf = (spec: RouteSpec, field: Field): string => `${nameOf(spec)} ${pointerOf(field)}`;

/**
 * The text of a body with something else in one place.
 *
 * @param text what stands there, as JSON writes it or not.
 * @returns `null` where the body has no such place, as its list is empty or absent.
 */
export function withText(json: unknown, { path }: Pick<Field, "path">, text: string): string | null {
  const changed = structuredClone(json);
  // biome-ignore lint/suspicious/noExplicitAny: a body may be anything.
  let holder: any = changed;
  for (const part of path.slice(0, -1)) holder = holder?.[part];
  const last = path.at(-1);
  if (typeof holder !== "object" || holder === null || last === undefined) return null;
  if (Array.isArray(holder) && holder.length === 0) return null;
  // Not by assignment, which `__proto__` takes as something else.
  Object.defineProperty(holder, last, { value: MARK, enumerable: true });
  return JSON.stringify(changed).replace(JSON.stringify(MARK), () => text);
}

const MARK = "here it stands";
