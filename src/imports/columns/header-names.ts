import { FIELD_LIST, type Headers, type LeadField } from "../../leads/fields.ts";
import { fold } from "../../text/fold.ts";
import { namesSalesperson, readContactHeader } from "./contact-headers.ts";

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

type NamedMeaning = Exclude<HeaderMeaning, "email" | "phone">;

/** In UTF-16 units: a longer cell is not a header but data in the wrong line. */
const LONGEST_HEADER = 1000;

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

/** Whether a header alone says that its column is an e-mail or a phone. */
export function isContactHeader(name: string): boolean {
  const meaning = headerMeaning(name);
  return meaning === "email" || meaning === "phone";
}

const PLURAL = /(\p{L})\((s|es|a|as|os|n)\)/giu;
const BRACKETS = /[([{][^()[\]{}]*[)\]}]/g;
const ALTERNATIVES = /[/|]| o | or | ou /;

/**
 * What a header other than an e-mail's or a phone's means: by its whole name; else without hints in brackets, by
 * alternatives that mean the same, as a form's question, or without its owner (`Invitee First Name`).
 */
export function namedMeaning(name: string): NamedMeaning | undefined {
  if (name.length > LONGEST_HEADER) return undefined;
  const whole = foldHeader(name.replace(PLURAL, "$1$2"));
  const direct = lookUp(whole);
  if (direct !== undefined || whole === "") return direct;
  const outer = name.replace(PLURAL, "$1$2").replace(BRACKETS, " ");
  const bare = foldHeader(outer);
  if (namesSalesperson(bare.split(" "))) return undefined;
  return (
    lookUp(bare) ??
    agreed(fold(outer)) ??
    lookUp(without(bare, QUESTION_WORDS)) ??
    lookUp(without(bare, ROLES))
  );
}

function lookUp(folded: string): NamedMeaning | undefined {
  return MEANINGS.get(folded.replaceAll(" ", ""));
}

/** What all of several names mean: `Empresa / Compañía`. */
function agreed(folded: string): NamedMeaning | undefined {
  const [first, ...others] = folded.split(ALTERNATIVES).map((part) => lookUp(foldHeader(part)));
  return others.length > 0 && others.every((other) => other === first) ? first : undefined;
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
   requerido requerida obrigatorio required opcional optional`.split(/\s+/),
);

/** Words for the lead as the owner of a column. */
const ROLES: ReadonlySet<string> = new Set(
  `invitee attendee participant participante registrant contact contacto contato lead customer client cliente prospect
   prospecto person persona pessoa candidate candidato subscriber suscriptor alumno aluno estudiante student invitado
   paciente patient guest interesado interessado buyer comprador applicant solicitante billing shipping mailing default
   properties del de do da of the`.split(/\s+/),
);

/** Parts of fields: parts of names, and countries and codes of phones. Folded, without spaces. */
const OTHER_NAMES: Record<Exclude<NamedMeaning, LeadField>, string> = {
  full_name: `
    fullname completename contactname leadname customername clientname personname displayname yourname
    firstandlastname nameandsurname
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
for (const [meaning, names] of Object.entries(OTHER_NAMES)) addNames(meaning as NamedMeaning, wordsOf(names));

function addNames(meaning: NamedMeaning, names: string[]): void {
  for (const name of names) MEANINGS.set(name, meaning);
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
