import { fold } from "../../../text/fold.ts";
import { isCompanyWord } from "./person-name.ts";

/** Nouns that businesses have in their names and families do not, folded. */
const BUSINESSES: ReadonlySet<string> = new Set(
  `ferreteria ferragem restaurante restaurant hotel clinica hospital grupo group constructora construtora colegio escuela
   universidad universidade university instituto inmobiliaria imobiliaria distribuidora farmacia taller consultora consultoria
   consulting consultores solutions soluciones solucoes services servicios servicos industries industrias interiors interior company
   corporation agency agencia tienda loja supermercado panaderia padaria cafeteria gimnasio transportes logistica logistics
   construcciones construcoes engenharia ingenieria technologies technology tecnologia tecnologias software systems sistemas
   seguros foundation fundacion fundacao asociacion associacao cooperativa despacho bufete abogados advogados laboratorio
   laboratorios importadora exportadora comercializadora muebles moveis automotriz motors viajes travel turismo publicidad
   enterprises holdings ventures partners`.split(/\s+/),
);

/** A name that an address book wrote as `Company, Person`, as Odoo does. */
export interface CompanyAndPerson {
  company: string;
  /** `null` where nobody can tell whether it is a family's name that comes first. */
  person: string | null;
}

/**
 * Parts the company from the person of a display name: `Acme, Ana Pérez`.
 *
 * @param companyName what the record says elsewhere of its company.
 * @param email its address: that of `acme.com` makes `Acme` doubtful as a family name.
 * @param isCompanyFirst whether the column writes a company so: then only an e-mail with the first part in its name speaks
 *   for a family, `juan.perez@` for `Pérez, Juan`.
 * @returns `null` for a name that says no company.
 */
export function companyAndPerson(
  text: string,
  companyName: string | null,
  email: string | null,
  isCompanyFirst = false,
): CompanyAndPerson | null {
  const comma = text.indexOf(",");
  const company = text.slice(0, comma).trim();
  const person = text.slice(comma + 1).trim();
  if (comma < 0 || company === "" || person === "" || person.includes(",")) return null;
  const words = fold(person).replaceAll(".", "").split(" ");
  if (words.some(isCompanyWord)) return null;
  if (companyName !== null && fold(companyName) === fold(company)) return { company, person };
  if (wordsOf(company).some((word) => BUSINESSES.has(word) || isCompanyWord(word)))
    return { company, person };
  if (isCompanyFirst && !wordsOf(company).some((word) => isInMailbox(word, email)))
    return { company, person };
  const isOfDomain = email !== null && domainOf(email) === wordsOf(company).join("");
  return isOfDomain && words.length > 1 ? { company, person: null } : null;
}

const SHORTEST = 3;

function isInMailbox(word: string, email: string | null): boolean {
  return email !== null && word.length >= SHORTEST && email.slice(0, email.indexOf("@")).includes(word);
}

function domainOf(email: string): string {
  const [label = ""] = email.slice(email.indexOf("@") + 1).split(".");
  return label.replaceAll("-", "");
}

function wordsOf(text: string): string[] {
  return (
    fold(text)
      .replaceAll(".", "")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
