import * as z from "zod";
import { fieldError } from "../../errors.ts";
import { integerText } from "../validation/fields.ts";

/** The comparisons of a filter, in Ransack's names. */
export type Predicate = "eq" | "not_eq" | "gt" | "gteq" | "lt" | "lteq" | "in" | "cont" | "start" | "null";

type Kind = "integer" | "time" | "text" | "flag";

/** What a field of a list can be filtered by. */
export interface FieldSpec {
  kind: Kind;
  predicates: readonly Predicate[];
  /** Values under other names, such as `completed` for 2. */
  names?: Readonly<Record<string, number>>;
  /** The allowed values. */
  values?: readonly string[];
}

/** A condition of a list, as the client asked for it. */
export interface Filter {
  field: string;
  predicate: Predicate;
  value: number | string | boolean | (number | string)[];
}

export interface ListRequest {
  page: number;
  limit: number;
  sort: { field: string; descending: boolean };
  filters: Filter[];
  /** Whether all records are counted, however many they are. */
  exact?: boolean;
}

/** What a list takes in its query: pages, sorting and filters. */
export interface ListQuery<Request = ListRequest> {
  schema: z.ZodObject;
  read: (values: Record<string, unknown>) => Request;
}

export const integers = (...predicates: Predicate[]): FieldSpec => ({ kind: "integer", predicates });
export const times = (...predicates: Predicate[]): FieldSpec => ({ kind: "time", predicates });
export const texts = (...predicates: Predicate[]): FieldSpec => ({ kind: "text", predicates });
/** Yes or no. */
export const flags = (...predicates: Predicate[]): FieldSpec => ({ kind: "flag", predicates });
/** Texts of which there are only these. */
export const oneOf = (values: readonly string[], ...predicates: Predicate[]): FieldSpec => ({
  kind: "text",
  predicates,
  values,
});
/** Integers that also go by name. */
export const named = (names: Readonly<Record<string, number>>, ...predicates: Predicate[]): FieldSpec => ({
  kind: "integer",
  predicates,
  names,
});

const MEANINGS: Record<Predicate, string> = {
  eq: "is this",
  not_eq: "is not this",
  gt: "is greater than this",
  gteq: "is this or greater",
  lt: "is less than this",
  lteq: "is this or less",
  in: "is one of these",
  cont: "contains this",
  start: "begins with this",
  null: "is `null`, or is not",
};

const COMPARISONS = ["gt", "gteq", "lt", "lteq"] as const satisfies Predicate[];
/** The predicates of a point in time. */
export const RANGE: Predicate[] = [...COMPARISONS];

/**
 * Declares the query parameters of a list.
 *
 * @param fields what can be filtered by, and how: `{ id: integers("eq") }` accepts `id_eq`.
 * @param sortable what `sort` may name, the first one being the default, descending with a leading `-`.
 */
export function listQuery(fields: Record<string, FieldSpec>, sortable: readonly string[]): ListQuery {
  const shape: Record<string, z.ZodType> = {
    page: integerText({ min: 1, max: 1_000_000 }).default(1).meta({ description: "From 1.", example: 1 }),
    limit: integerText({ min: 1, max: 100 }).default(25).meta({ description: "At most 100.", example: 25 }),
  };
  shape.count = z.enum(["exact"]).optional().meta({
    description:
      "`exact` counts all records; else counting stops at 10,000, and `total_is_at_least` says so.",
  });
  const filters = new Map<string, { field: string; predicate: Predicate }>();
  for (const [field, spec] of Object.entries(fields)) {
    for (const predicate of spec.predicates) {
      const name = `${field}_${predicate}`;
      filters.set(name, { field, predicate });
      const value = valueSchema(spec, predicate);
      const description = `\`${field}\` ${MEANINGS[predicate]}. ${value.description ?? ""}`.trim();
      shape[name] = value.optional().meta({ description, ...(predicate === "in" && BY_COMMAS) });
    }
  }
  const [first = "-id"] = sortable;
  const orders = [
    ...new Set(sortable.flatMap((one) => [one.replace(/^-/, ""), `-${one.replace(/^-/, "")}`])),
  ];
  shape.sort = z
    .enum(orders as [string, ...string[]])
    .default(first)
    .meta({
      description: "A field, with a leading `-` for descending order. Ties are put in order by id.",
    });
  return {
    schema: z.strictObject(shape),
    read(values) {
      const sort = values.sort as string;
      return {
        page: values.page as number,
        limit: values.limit as number,
        exact: values.count === "exact",
        sort: { field: sort.replace(/^-/, ""), descending: sort.startsWith("-") },
        // Of a hundred filters a request has a few, which the schema has put in their order.
        filters: Object.entries(values).flatMap(([name, value]) => {
          const filter = filters.get(name);
          return filter && value !== undefined ? [{ ...filter, value: value as Filter["value"] }] : [];
        }),
      };
    },
  };
}

function valueSchema(spec: FieldSpec, predicate: Predicate): z.ZodType {
  if (predicate === "null") {
    return FLAG;
  }
  const one = singleSchema(spec);
  if (predicate !== "in") return one;
  return z
    .union([z.string().max(MAX_LIST_LENGTH), z.array(z.string().max(MAX_LIST_LENGTH)).max(100)], {
      error: `must be at most 100 values, separated by commas, in at most ${MAX_LIST_LENGTH} characters`,
    })
    .transform((raw) => [raw].flat().flatMap((part) => part.split(",")))
    .pipe(
      z
        .array(one as z.ZodType<unknown, string>)
        .min(1)
        .max(100),
    )
    .meta({
      description: `Up to 100 values, separated by commas.${choiceOf(spec)}`,
      type: "array",
      items: itemOf(spec),
      maxItems: 100,
    });
}

/** How values of a list are written in an address. */
const BY_COMMAS = { param: { style: "form", explode: false } } as const;

/** A value of a list, in the document. */
function itemOf({ kind, names, values }: FieldSpec): Record<string, unknown> {
  if (names) return { type: "string", enum: Object.entries(names).flat().map(String) };
  if (values) return { type: "string", enum: values };
  if (kind === "integer") return { type: "integer", format: "int64" };
  return { type: "string", maxLength: MAX_TEXT_LENGTH };
}

const FLAG = z
  .enum(["true", "false", "1", "0"])
  .transform((text) => text === "true" || text === "1")
  .meta({ type: "boolean" });

function choiceOf({ names, values }: FieldSpec): string {
  if (names) return ` Each is one of ${Object.keys(names).join(", ")}, or its number.`;
  return values ? ` Each is one of ${values.join(", ")}.` : "";
}

const MAX_LIST_LENGTH = 4096;
const MAX_TEXT_LENGTH = 255;
const MAX_TIME_LENGTH = 40;

function singleSchema({ kind, names, values }: FieldSpec): z.ZodType {
  if (values) return z.enum(values);
  if (kind === "text") return z.string().max(MAX_TEXT_LENGTH);
  if (kind === "flag") return FLAG.transform(Number).meta({ type: "boolean" });
  if (kind === "time") {
    return z
      .union([z.iso.datetime({ offset: true }).max(MAX_TIME_LENGTH), z.iso.date()], {
        error: "must be a time such as 2026-02-17T21:54:09.000Z",
      })
      .transform((text) => Date.parse(text))
      .meta({
        description: "ISO 8601; a date alone is its first instant in UTC.",
        type: "string",
        format: "date-time",
        maxLength: MAX_TIME_LENGTH,
        examples: ["2026-02-17T21:54:09.000Z"],
      });
  }
  if (!names) return integerText();
  return z
    .string()
    .transform((text) => names[text] ?? text)
    .pipe(
      z.union(
        [z.literal(Object.values(names)), z.literal(Object.values(names).map(String)).transform(Number)],
        {
          error: `must be one of ${Object.entries(names)
            .map(([name, value]) => `${value} (${name})`)
            .join(", ")}`,
        },
      ),
    )
    .meta({ type: "string", enum: Object.entries(names).flat().map(String) });
}

/** Guards a list over several stores: each store is asked for all rows up to the page's end. */
export function refuseDeepPage(request: ListRequest): void {
  if (request.page * request.limit > MERGED_ROWS) {
    const detail = `A list over several stores ends at row ${MERGED_ROWS}: narrow it with company_id_eq.`;
    throw fieldError("invalid_parameter", "page", "too_deep", detail);
  }
}

const MERGED_ROWS = 10_000;
