import { FIELD_LIST, type Headers, type LeadField } from "../../leads/fields.ts";
import { fold } from "../../text/fold.ts";
import { BRACKETS, LONGEST_HEADER, namesSalesperson, readContactHeader } from "./contact-headers.ts";
import { OTHER_PERSON_WORDS } from "./contact-words.ts";

/**
 * `name` is a column that holds whole names or first names, depending on whether last names have a column of
 * their own. `second_name` and `second_surname` go after the first one.
 */
export type HeaderMeaning =
  | LeadField
  | "full_name"
  | "name"
  | "second_name"
  | "second_surname"
  | "tags"
  | "phone_country"
  | "area_code";

/** What a column means that names a person: whole, or by a given name. */
export const NAMES_A_PERSON: ReadonlySet<HeaderMeaning | undefined> = new Set<HeaderMeaning>([
  "full_name",
  "name",
  "first_name",
]);
/** These, and the family name alone. */
export const NAME_PARTS: ReadonlySet<HeaderMeaning | undefined> = new Set([...NAMES_A_PERSON, "last_name"]);

type NamedMeaning = Exclude<HeaderMeaning, "email" | "phone">;

/** Two header names are the same when these are: case, accents, and any mark or space between words aside. */
export function foldHeader(name: string): string {
  if (name.length > LONGEST_HEADER) return name;
  return fold(name)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** What a header means in English, Spanish or Portuguese, or `undefined` for one that means nothing here. */
export function headerMeaning(name: string): HeaderMeaning | undefined {
  const named = namedMeaning(name);
  if (named !== undefined) return named;
  const contact = readContactHeader(name);
  if (typeof contact === "string" || !contact.isCertain || contact.whose === "other") return undefined;
  return contact.field === "phone" ? "phone" : "email";
}

/**
 * Whether a column that is called so is kept as the custom field of that name, in a file that has columns for all of
 * a lead's fields.
 */
export function isPlainHeader(name: string): boolean {
  return headerMeaning(name) === undefined;
}

/** Whether a header alone says that its column is an e-mail or a phone. */
export function isContactHeader(name: string): boolean {
  const meaning = headerMeaning(name);
  return meaning === "email" || meaning === "phone";
}

const PLURAL = /(\p{L})\((s|es|a|as|os|n)\)/giu;
const ALTERNATIVES = /[/|]| o | or | ou /;

/**
 * What a header other than an e-mail's or a phone's means: by its whole name; else with what stands in brackets or
 * after a dash (`Name (First)`, `Full Name - Last Name`), without hints in brackets, by alternatives that mean the
 * same, as a form's question, or without its owner (`Invitee First Name`).
 */
export function namedMeaning(name: string): NamedMeaning | undefined {
  if (name.length > LONGEST_HEADER) return undefined;
  const singular = name.replace(PLURAL, "$1$2");
  const whole = foldHeader(singular);
  const outer = singular.replace(BRACKETS, " ");
  // `Nombre - Apellido` is a part of a name, `Nombre y apellido` is the whole.
  const direct = dashedMeaning(outer) ?? lookUp(whole);
  if (direct !== undefined || whole === "") return direct;
  const bare = foldHeader(outer);
  const hint = foldHeader((singular.match(BRACKETS) ?? []).join(" "));
  if (namesSalesperson(bare.split(" "))) return undefined;
  const part = partMeaning(bare, hint);
  if (part !== undefined) return part;
  if (hint !== "" && hint.split(" ").some((word) => CONTRADICTS.has(word) || OTHER_PERSON_WORDS.has(word))) {
    return undefined;
  }
  return (
    lookUp(bare) ??
    agreed(fold(outer)) ??
    (asksWhether(bare) ? undefined : lookUp(without(bare, QUESTION_WORDS))) ??
    ofOwner(without(bare, ROLES)) ??
    countryMeaning(bare)
  );
}

/** What a hint makes of a whole: `Name (First)`, `Nombre completo (apellidos)`, `Address (City)`. */
function partMeaning(bare: string, hint: string): NamedMeaning | undefined {
  const parts = hint === "" ? undefined : PARTS.get(bare);
  if (parts === undefined) return undefined;
  const [first = ""] = hint.split(" ");
  const meanings = [`${hint} ${bare}`, `${bare} ${hint}`, hint, first].map(lookUp);
  return meanings.find((meaning) => meaning !== undefined && parts.includes(meaning));
}

/** `Name - First Name`, `Phone Number - Area Code`, `Address 1 - Country`. */
function dashedMeaning(outer: string): NamedMeaning | undefined {
  const at = outer.lastIndexOf(" - ");
  const parts = at < 0 ? undefined : PARTS.get(foldHeader(outer.slice(0, at)));
  const named = parts && lookUp(foldHeader(outer.slice(at + 3)));
  const meaning = named === "name" ? "first_name" : named;
  return meaning !== undefined && parts?.includes(meaning) ? meaning : undefined;
}

/** What forms ask for in parts. */
const PARTS = new Map<string, readonly NamedMeaning[]>();
addParts(
  `name|full name|your name|nombre|nombre completo|tu nombre|nome|nome completo|seu nome|contact name|customer name`,
  ["first_name", "last_name", "second_name", "second_surname"],
);
addParts(
  "address|your address|direccion|endereco|domicilio|home address|mailing address|address 1|address 2",
  ["city", "state", "country"],
);
addParts("phone|phone number|mobile number|telefono|numero de telefono|telefone|celular", [
  "phone_country",
  "area_code",
]);

function addParts(wholes: string, parts: readonly NamedMeaning[]): void {
  for (const whole of wholes.split("|")) PARTS.set(whole, parts);
}

/** In brackets, these make something else of a field. */
const CONTRADICTS: ReadonlySet<string> = new Set(
  `prefix suffix middle title initial initials honorific nickname phonetic prefijo sufijo apodo inicial iniciales
   tratamiento prefixo sufixo apelido iniciais tratamento type tipo ip`.split(/\s+/),
);

/** A question whether: `Is a company`, `¿Es empresa?`. */
function asksWhether(bare: string): boolean {
  return WHETHER.has(bare.split(" ", 1)[0] ?? "");
}

const WHETHER: ReadonlySet<string> = new Set(
  "is are es e eres sos son sao has have does do did was tiene tienes tem foi if si se whether".split(" "),
);

/** The country of an address: `Default Address Country Code`, `País o región del trabajo`. */
function countryMeaning(bare: string): NamedMeaning | undefined {
  const meaning = lookUp(without(bare, ADDRESSES));
  return meaning === "country" || meaning === "phone_country" ? meaning : undefined;
}

const ADDRESSES: ReadonlySet<string> = new Set(
  `address addresses direccion direcciones endereco default card home house work business trabajo trabalho casa domicilio
   particular personal pessoal residencia residencial comercial laboral oficina other otro otra outro main primary principal
   mailing billing shipping invoice facturacion faturamento envio entrega postal customer cliente del de do da la el of 1 2 3`.split(
    /\s+/,
  ),
);

function lookUp(folded: string): NamedMeaning | undefined {
  return MEANINGS.get(folded.replaceAll(" ", ""));
}

/** What all of several names mean: `Empresa / Compañía`. */
function agreed(folded: string): NamedMeaning | undefined {
  const [first, ...others] = folded.split(ALTERNATIVES).map((part) => lookUp(foldHeader(part)));
  return others.length > 0 && others.every((other) => other === first) ? first : undefined;
}

/** What the lead's own column means; `Last contact` and `First customer` are no names. */
function ofOwner(noun: string): NamedMeaning | undefined {
  return noun === "first" || noun === "last" ? undefined : lookUp(noun);
}

/** A header without the words for the lead as its owner, folded: `estado` of `Estado del cliente`. */
export function withoutOwner(name: string): string {
  return without(foldHeader(name), ROLES);
}

function without(folded: string, words: ReadonlySet<string>): string {
  return folded
    .split(" ")
    .filter((word) => !words.has(word))
    .join(" ");
}

/** What a form's question has beside its noun. */
const QUESTION_WORDS: ReadonlySet<string> = new Set(
  `cual cuales qual quais es e tu tus su sus seu sua o a el la los las the what is are your you please por favor que en
   em in do does live vives vive viven mora moras resides reside trabajas trabaja trabalha trabalhas work at for de del
   da ingresa ingrese escribe escriba digite informe indica indique enter provide type obligatorio obligatoria
   requerido requerida obrigatorio required opcional optional which whats s`.split(/\s+/),
);

/** Words for the lead as the owner of a column. */
const ROLES: ReadonlySet<string> = new Set(
  `invitee attendee participant participante registrant contact contacto contato lead customer client cliente prospect
   prospecto person persona pessoa candidate candidato subscriber suscriptor alumno aluno estudiante student invitado
   paciente patient guest interesado interessado buyer comprador applicant solicitante billing shipping facturacion faturamento envio mailing default
   properties del de do da of the`.split(/\s+/),
);

/** Parts of fields: parts of names, and countries and codes of phones. Folded, without spaces. */
const OTHER_NAMES: Record<Exclude<NamedMeaning, LeadField>, string> = {
  full_name: `
    fullname completename contactname leadname customername clientname personname displayname yourname
    firstandlastname nameandsurname nombremostrado nombreamostrar nombreparamostrar nomedeexibicao nomeaapresentar
    nombrecompleto nombreyapellido nombreyapellidos nombresyapellidos nombreapellido nombreapellidos
    nombredelcontacto nombredecontacto nombrecontacto nombredelcliente nombrecliente nombredellead
    nombredelprospecto nombredelapersona personanombre tunombre comotellamas comosellama nombreapellidos
    nombresapellidos nombrescompletos nombreinvitado inviteename attendeename
    nomecompleto nomeesobrenome nomesobrenome nomedocontato nomedecontato nomecontato nomedocliente nomecliente
    nomedolead pessoanome seunome`,
  name: "name nombre nome",
  second_name: "segundonombre segundonome nombre2 nome2",
  second_surname: `
    apellidomaterno segundoapellido apellidodelamadre apellido2 materno apmaterno secondlastname
    secondsurname maternallastname maternalsurname mothersmaidenname lastname2`,
  tags: "tags tag taglist leadtags contacttags etiquetas etiqueta etiquetasdelcontacto marcadores marcador",
  phone_country: `
    countrycode countrycallingcode callingcode internationalcallingcode dialcode diallingcode dialingcode phonecode
    phonecountrycode phonecountry phoneprefix countryprefix mobilecountrycode isdcode isd internationalcode
    internationalprefix countrydialcode
    codigodepais codigopais codigodelpais codpais coddepais clavepais clavedepais clavedelpais
    codigotelefonico codigotelefonicodepais codigotelefonicodelpais codigointernacional prefijo prefijotelefonico
    prefijointernacional prefijopais prefijodepais prefijodelpais indicativo indicativopais indicativodepais
    indicativodelpais indicativointernacional ladainternacional claveladainternacional codigodemarcacion
    paisdeltelefono telefonopais
    codigodopais codigodetelefone codigointernacionaldotelefone ddi prefixointernacional`,
  area_code: `
    areacode phoneareacode citycode stdcode std regioncode
    ddd dddtelefone dddcelular codigoddd codddd numeroddd
    lada clavelada claveladanacional lada3 codigolada
    codigodearea codigoarea codarea coddearea codigodeciudad prefijolocal codigolocal caracteristica caracteristicatelefonica`,
};

const MEANINGS = new Map<string, NamedMeaning>();
for (const field of FIELD_LIST) {
  // An e-mail's and a phone's are read word by word: see contact-headers.ts.
  if (field.headers === null || field.kind === "email" || field.kind === "phone") continue;
  for (const [label, others = ""] of Object.values<Headers>(field.headers)) {
    addNames(field.key, [foldHeader(label.replace(PLURAL, "$1$2")).replaceAll(" ", ""), ...wordsOf(others)]);
  }
}
/**
 * Names in other languages of Excel and of address books, where they mean nothing else in those three: `firma` is a
 * signature in Spanish, `ad` an advertisement in English.
 */
const FOREIGN_NAMES: Partial<Record<NamedMeaning, string>> = {
  first_name: "vorname prenom imie voornaam 名",
  last_name: "nachname familienname nomdefamille nazwisko soyad soyadı soyadi cognome achternaam 姓",
  full_name:
    "nomcomplet nometprenom nomprenom prenometnom prenomnom imieinazwisko adsoyad adısoyadı vornameundnachname",
  company_name: "societe entreprise sirket unternehmen azienda 会社名",
  city: "ville stadt wohnort miasto sehir citta",
  country: "pays ulke kraj",
};
for (const names of [OTHER_NAMES, FOREIGN_NAMES])
  for (const [meaning, list] of Object.entries(names)) addNames(meaning as NamedMeaning, wordsOf(list));

function addNames(meaning: NamedMeaning, names: string[]): void {
  for (const name of names) MEANINGS.set(name, meaning);
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
