import { detach } from "../../text/detach.ts";
import { fold } from "../../text/fold.ts";

/** Texts that stand for an empty name, place or title: machines' and people's, in three languages. */
const NOTHING = new Set(
  `n/a #n/a #n/d n.a. n.a n/d n.d. s/d s.d. s/i s/n s/c - -- --- – — . .. ... … _ __ ___ * ** *** ? / // \\ | ~
   null <null> (null) [null] \\n undefined nan (blank) (vacio) (vazio) (none) <na> #ref! #value!
   #valor! #null! #name? #nombre? #div/0! #num! #nulo! #nome? #¡ref! #¡valor! #¡nulo! #¿nombre? #¡div/0! #¡num!
   #desbordamiento! #spill! #calc! #error! #field! #busy! #getting_data`.split(/\s+/),
);
/** What a spreadsheet shows of a date or a number in a column that is too narrow for it, up to so wide. */
for (let signs = 3; signs <= 24; signs++) NOTHING.add("#".repeat(signs));
const NOTHING_SAID = new Set([
  "(en blanco)",
  "(em branco)",
  "no aplica",
  "no aplicable",
  "nao aplica",
  "nao se aplica",
  "not applicable",
  "no disponible",
  "nao disponivel",
  "not available",
  "not provided",
  "not set",
  "not specified",
  "no especificado",
  "nao especificado",
  "no proporcionado",
  "no proporciona",
  "no informado",
  "no informa",
  "nao informado",
  "nao informada",
  "no registrado",
  "no registra",
  "nao cadastrado",
  "sin dato",
  "sin datos",
  "sin informacion",
  "sem informacao",
  "sem dados",
  "sin especificar",
  "sin asignar",
  "no definido",
  "nao definido",
  "no value",
  "(no value)",
  "(not set)",
  "(sin valor)",
  "(sem valor)",
  "desconocido",
  "desconocida",
  "desconhecido",
  "desconhecida",
  "unknown",
  "sin nombre",
  "sem nome",
  "no name",
]);

/** Further texts that mean no e-mail or phone; in another column they may be an answer. */
const NO_CONTACT = new Set([
  "na",
  "nd",
  "x",
  "xx",
  "xxx",
  "xxxx",
  "none",
  "nil",
  "??",
  "???",
  "no",
  "nao",
  "nop",
  "ninguno",
  "ninguna",
  "nenhum",
  "nenhuma",
  "pendiente",
  "pendente",
  "pending",
  "por confirmar",
  "por definir",
  "a confirmar",
  "tbd",
  "blank",
  "empty",
  "vacio",
  "vazio",
  "en blanco",
  "em branco",
  "false",
  "falso",
  "no hay",
  "nao ha",
  "privado",
  "same",
  "no recuerda",
  "no sabe",
  "nao sabe",
  "nao lembra",
  "no dio",
  "no quiso dar",
  "no lo proporciono",
]);
const WITHOUT =
  /^(?:sin|sem|no|nao|without|not?|aun no|ainda nao|todavia no)(?: (?:tiene|tengo|tem|tenho|has|have|hay|possui|usa|cuenta con|dispone de|un|una|um|uma|el|la|o|any))*(?: (?:correo|correos|correo electronico|mail|e-?mail|email|telefono|telefone|tel|celular|movil|numero|phone|mobile|number|whatsapp|contacto|contato|address|direccion))?$/;
const ZEROS = /^[0\s().+-]+$/;
const SHORT = 40;

/** All placeholders begin so: most cells are known to be none by their first letter. */
const MAY_BE_ONE = /^(?:[nsud]|[^\p{L}\p{N}])/iu;
const SAYS_MORE = /[1-9@]/;

/** The first two characters of placeholders, at the place that {@link placeOfTwo} gives them. */
const BEGINNINGS = new Uint8Array(1 << 14);
for (const text of [...NOTHING, ...NOTHING_SAID]) {
  const place = placeOfTwo(text);
  if (place >= 0) BEGINNINGS[place] = 1;
}

/** A place for each pair of characters that a text begins with; -1 where they are not both of ASCII and printed. */
function placeOfTwo(text: string): number {
  const first = lowerAscii(text.charCodeAt(0));
  const second = lowerAscii(text.charCodeAt(1));
  return first < 0 || second < 0 ? -1 : (first << 7) | second;
}

/** The lower case of a character, -1 where it is none of ASCII that is printed. */
function lowerAscii(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit + 0x20;
  return unit > 0x20 && unit < 0x7f ? unit : -1;
}

/** Whether a text stands for an empty cell in any of a lead's own columns: `N/A`, `-`, `null`, `sin nombre`. */
export function isPlaceholder(text: string): boolean {
  if (text.length > SHORT) return false;
  const place = placeOfTwo(text);
  if (place < 0 ? !MAY_BE_ONE.test(text) : BEGINNINGS[place] === 0) return false;
  // `Null` is a family name, `null` is not.
  if (text === "Null" || text === "Nan") return false;
  const known = memory.get(text);
  if (known !== undefined) return known;
  const folded = fold(text);
  const isOne = NOTHING.has(text) || NOTHING.has(folded) || NOTHING_SAID.has(folded);
  if (memory.size >= MEMORY) memory.clear();
  memory.set(detach(text), isOne);
  return isOne;
}

/** Texts that begin as placeholders do, and whether they are some: a file has the same few places and titles throughout. */
const memory = new Map<string, boolean>();
const MEMORY = 500;

/** Whether a text where an e-mail or a phone belongs says that there is none: `sin correo`, `não tem`, `0000000000`. */
export function isNoContact(text: string): boolean {
  if (text.length > SHORT || SAYS_MORE.test(text)) return false;
  if (isPlaceholder(text) || text === "Null" || text === "NaN" || (text.includes("0") && ZEROS.test(text))) {
    return true;
  }
  const folded = fold(text);
  return NO_CONTACT.has(folded) || WITHOUT.test(folded);
}

const FAKE_NAMES = new Set(
  "correo email mail e-mail noemail no-email nomail no-mail sincorreo sin-correo sinemail sinmail notiene no-tiene naotem semmail sememail semail na no none null nada ninguno xx xxx xxxx noreply no-tengo notengo test tests testing teste testes prueba pruebas ejemplo exemplo example asd asdf asdfg asdfgh asdasd qwe qwerty 123 1234 12345 123456 fake falso".split(
    " ",
  ),
);

/** Words for no e-mail, which are no mailbox at any provider: `sincorreo@gmail.com`. */
const SAYS_NONE =
  /^(?:(?:sin|sem|no|nao)[._-]?(?:correo|correos|e-?mail|mail|tiene|tengo|tem|tenho|possui|registra|aplica)(?:[._-]?(?:correo|e-?mail|mail))?|semail)@/;
/** The same with the sign for an at in its middle: `no@tiene.com`. */
const SAYS_NONE_ACROSS = /^(?:no|nao|sin|sem)@(?:tiene|tengo|tem|tenho|hay|possui|correo|e-?mail|mail)\./;
/** One character and nothing else: `x@x.com`, `aaa@aaa.com`. */
const ONE_CHARACTER = /^([a-z\d])\1*@\1+\.(?:com|net|org|co|es|mx|ar|cl|pe|br)(?:\.[a-z]{2})?$/;

/** Whether an address is one that forms are filled with for want of one: `correo@correo.com`, `notiene@gmail.com`. */
export function isFakeEmail(email: string): boolean {
  const first = email[0];
  if ((first === "n" || first === "s") && (SAYS_NONE.test(email) || SAYS_NONE_ACROSS.test(email)))
    return true;
  const at = email.indexOf("@");
  // Nearly all addresses are told by their first letters; a set costs more, since V8 has to intern what it looks up.
  if (first !== email[at + 1]) return false;
  const local = email.slice(0, at);
  return (FAKE_NAMES.has(local) && email.startsWith(`${local}.`, at + 1)) || ONE_CHARACTER.test(email);
}
