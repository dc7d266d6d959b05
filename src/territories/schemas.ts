import * as z from "zod";
import { CountryInput } from "../companies/schemas.ts";
import { integers, listQuery, texts } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, Name, PathId, Time } from "../http/validation/fields.ts";
import { fold } from "../text/fold.ts";

/** The most territories that a company may have. */
const TERRITORIES = 500;
const COUNTRIES = 250;
const STATES = 100;
const CITIES = 300;
const USERS = 100;

const Place = z.string().max(128);

export const Territory = z
  .strictObject({
    id: Id,
    company_id: Id,
    name: Name,
    priority: z.int().min(1).meta({ description: "From 1: a place falls into the first that takes it in." }),
    countries: z
      .array(z.string().length(2).meta({ pattern: "^[A-Z]{2}$" }))
      .max(COUNTRIES)
      .meta({ description: "ISO 3166-1 alpha-2. An empty list takes in any, here as below." }),
    states: z.array(Place).max(STATES),
    cities: z.array(Place).max(CITIES),
    users: z
      .array(z.strictObject({ id: Id, full_name: z.string().max(511) }))
      .max(USERS)
      .meta({ description: "Who works it, without users who no longer have an access in the company." }),
    created_at: Time,
    updated_at: Time.meta({ description: "When anything but its priority was changed last." }),
  })
  .meta({ id: "Territory" });

export const TerritoryAnswer = z.strictObject({ territory: Territory }).meta({ id: "TerritoryAnswer" });
export const MatchAnswer = z.strictObject({ territory: Territory.nullable() }).meta({ id: "MatchAnswer" });
export const TerritoriesAnswer = z
  .strictObject({ territories: z.array(Territory).max(100), meta: PageMeta })
  .meta({ id: "TerritoriesAnswer" });
export const OrderedTerritoriesAnswer = z
  .strictObject({
    territories: z.array(Territory.pick({ id: true, name: true, priority: true })).max(TERRITORIES),
  })
  .meta({ id: "OrderedTerritoriesAnswer" });

export const TerritoryParams = z.object({ id: PathId });
export const CompanyTerritoriesParams = z.object({ company_id: PathId });

/** A list in which nothing comes twice. @param keyOf what two have in common that are the same. */
function listOf<T extends z.ZodType>(
  item: T,
  maximum: number,
  keyOf: (one: z.output<T>) => unknown = (one) => one,
) {
  return z
    .array(item)
    .max(maximum)
    .superRefine((list, context) => {
      const seen = new Set<unknown>();
      for (const [index, key] of list.map(keyOf).entries()) {
        if (seen.has(key)) {
          const params = { code: "repeated" };
          context.addIssue({ code: "custom", path: [index], message: "comes twice", params });
        }
        seen.add(key);
      }
    });
}

const fields = {
  name: lineOfText(),
  countries: listOf(CountryInput, COUNTRIES),
  states: listOf(lineOfText(128), STATES, fold),
  cities: listOf(lineOfText(128), CITIES, fold),
  user_ids: listOf(Id, USERS).meta({ description: "Users with an access in the company, or above it." }),
};

export const CreateTerritoryBody = z
  .strictObject({
    name: fields.name,
    countries: fields.countries.default([]),
    states: fields.states.default([]),
    cities: fields.cities.default([]),
    user_ids: fields.user_ids.default([]),
  })
  .meta({
    id: "CreateTerritoryBody",
    example: { name: "North", countries: ["MX"], states: ["Nuevo León", "Coahuila"], user_ids: [4] },
  });

export const UpdateTerritoryBody = z
  .strictObject(fields)
  .partial()
  .meta({ id: "UpdateTerritoryBody", example: { states: ["Nuevo León"], user_ids: [4, 7] } });

export const TerritoryOrderBody = z
  .strictObject({ territory_ids: z.array(Id).min(1).max(TERRITORIES) })
  .meta({ id: "TerritoryOrderBody", example: { territory_ids: [3, 1, 2] } });

const PlaceInput = z.string().max(255).optional();

export const matchQuery = z.strictObject({
  country: PlaceInput.meta({ description: "An ISO code, or a name in English, Spanish or Portuguese." }),
  state: PlaceInput,
  city: PlaceInput,
});

export const territoriesQuery = listQuery(
  { id: integers("eq", "in"), name: texts("eq", "cont", "start"), priority: integers("eq", "in") },
  ["priority", "id", "name"],
);

export const exampleTerritory: z.input<typeof Territory> = {
  id: 1,
  company_id: 1,
  name: "North",
  priority: 1,
  countries: ["MX"],
  states: ["Nuevo León", "Coahuila"],
  cities: [],
  users: [{ id: 4, full_name: "Diego Luna" }],
  created_at: "2026-02-17T21:54:09.000Z",
  updated_at: "2026-02-17T21:54:09.000Z",
};
