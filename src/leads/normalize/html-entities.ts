/** The entities of HTML 4 that text in our languages is written with. */
const NAMED: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  euro: "€",
  ndash: "–",
  mdash: "—",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  hellip: "…",
  trade: "™",
  bull: "•",
  OElig: "Œ",
  oelig: "œ",
  Scaron: "Š",
  scaron: "š",
  Yuml: "Ÿ",
};

/** U+00A1 to U+00FF, in order. */
const LATIN_1 = `iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute
  micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil
  Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave
  Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml
  igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute
  thorn yuml`;
for (const [index, name] of LATIN_1.split(/\s+/).entries()) NAMED[name] = String.fromCharCode(0xa1 + index);

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,7}));/g;
const MAX_ROUNDS = 3;

/**
 * Decodes the entities of HTML that a web form left in a text: `Jos&eacute;`, `M&amp;M's`, also where that happened
 * twice. An `&` that begins none stays: `R&D`.
 */
export function decodeEntities(text: string): string {
  let decoded = text;
  for (let round = 0; round < MAX_ROUNDS && decoded.includes("&"); round++) {
    const next = decoded.replace(ENTITY, (entity, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? entity) : entity;
      return characterOf(decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? "", 16)) ?? entity;
    });
    if (next === decoded) break;
    decoded = next;
  }
  return decoded;
}

/** `undefined` for a control or half of a surrogate pair. */
function characterOf(code: number): string | undefined {
  if (code === 9 || code === 10 || code === 13) return " ";
  if (code < 32 || (code > 126 && code < 160) || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return;
  return String.fromCodePoint(code);
}
