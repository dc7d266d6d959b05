import { isSupportedCountry } from "libphonenumber-js/min";
import * as z from "zod";
import { integers, listQuery, RANGE, texts, times } from "../http/lists/list-query.ts";
import { StoresPageMeta } from "../http/lists/pagination.ts";
import { Id, Locale, lineOfText, Name, PathId, Time } from "../http/validation/fields.ts";
import { TimezoneInput } from "./timezone.ts";

export const Company = z
  .strictObject({
    id: Id,
    name: Name,
    parent_company_id: Id.nullable(),
    avatar_route: z.string().max(2048).nullable(),
    timezone: z.string().max(64).meta({ description: "A name of the IANA time zone database." }),
    country: z.string().length(2).meta({ pattern: "^[A-Z]{2}$" }).nullable().meta({
      description: "ISO 3166-1 alpha-2: how a phone without a country code is read.",
    }),
    default_locale: Locale.meta({ description: "The language of new people." }),
    cycles_enabled: z.boolean(),
    current_cycle: z
      .strictObject({ id: Id, name: Name, starts_at: Time, ends_at: Time })
      .nullable()
      .meta({ description: "`null` outside of any cycle." }),
    membership: z
      .strictObject({
        id: Id,
        name: Name,
        status: z.enum(["active", "canceling"]),
        current_period_end: Time,
      })
      .nullable(),
    without_owner_since: Time.nullable().meta({
      description:
        "Since when nobody who is active and whose address is confirmed owns it, or a company above it; an operator " +
        "can make somebody its owner.",
    }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Company" });

export const CompanyAnswer = z.strictObject({ company: Company }).meta({ id: "CompanyAnswer" });
export const CompaniesAnswer = z
  .strictObject({ companies: z.array(Company).max(100), meta: StoresPageMeta })
  .meta({ id: "CompaniesAnswer" });

/** A country as people may send it: its code, in either case. */
export const CountryInput = z
  .string()
  .trim()
  .toUpperCase()
  .refine(isSupportedCountry, { error: "must be the ISO 3166-1 alpha-2 code of a country, such as MX" })
  .meta({ type: "string", minLength: 2, maxLength: 2, pattern: "^[A-Za-z]{2}$" });

/** What may be said of a company, by its owners. */
const settings = {
  timezone: TimezoneInput.optional(),
  country: CountryInput.nullable().optional(),
  default_locale: Locale.optional(),
};

export const NewCompanyBody = z
  .strictObject({ name: lineOfText(), parent_company_id: Id.optional(), ...settings })
  .meta({ id: "NewCompanyBody", example: { name: "Demo Agency North", parent_company_id: 1 } });

export const CompanyBody = z
  .strictObject({ name: lineOfText().optional(), ...settings })
  .meta({ id: "CompanyBody", example: { timezone: "America/Tijuana", country: "MX", default_locale: "es" } });

export const CompanyParams = z.object({ id: PathId });

export const companiesQuery = listQuery(
  {
    id: integers("eq", "in"),
    name: texts("eq", "cont", "start"),
    parent_company_id: integers("eq", "null"),
    without_owner_since: times("null", ...RANGE),
    created_at: times(...RANGE),
  },
  ["id", "name", "created_at"],
);

export const exampleCompany: z.input<typeof Company> = {
  id: 1,
  name: "Demo Agency",
  parent_company_id: null,
  avatar_route: null,
  timezone: "America/Mexico_City",
  country: "MX",
  default_locale: "es",
  cycles_enabled: false,
  current_cycle: null,
  membership: { id: 1, name: "Team", status: "active", current_period_end: "2026-12-17T21:54:09.000Z" },
  without_owner_since: null,
  created_at: "2026-02-17T21:54:09.000Z",
  updated_at: "2026-02-17T21:54:09.000Z",
};
