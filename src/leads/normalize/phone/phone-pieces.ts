/** Digits that stand together in a text and may be a number. */
export interface PhonePiece {
  digits: string;
  plus: boolean;
  /** Whether `(0)` stands in it. */
  trunkZero: boolean;
}

export interface PhonePieces {
  pieces: PhonePiece[];
  /** All of them as one, where nothing but `/` or `,` without a space parts them: `55/1234/5678`. */
  joined: PhonePiece | null;
  /** Whether the text has more in it than digits: a word, an extension. */
  hasWords: boolean;
}

/** One number in the usual characters, as most cells are. */
const PLAIN = /^\+?[\d \t().-]+$/;
/** A whole number that went through floating point: `5512345678.0`. */
const FLOAT = /^(\+?\d{7,18})[.,]0{1,2}$/;
const TOKENS = /\d+|[\p{L}\p{M}]+|./gsu;
const NOT_DIGITS = /\D+/g;
const LETTER = /^\p{L}/u;

const EXTENSIONS = new Set(
  "x ext extn exten extension extensao ramal rml r anexo anx int interno interior opcion".split(" "),
);
/** Between the words of a number, they neither end it nor belong to it. */
const INSIDE = new Set([..." \t\u00A0().-_~*·•'\"[]<>"]);
const ENDS = new Set([..."\n\r;|&:"]);
const MIN_BEFORE_EXTENSION = 6;
const MAX_EXTENSION = 7;

/**
 * Takes a text of a phone apart into the numbers that may be in it. Parts that a word, a line break, `;`, `|`, `/` or
 * `,` keeps apart are pieces of their own; extensions are left out.
 *
 * @param text without invisible characters, in ASCII digits, lower case.
 * @returns no pieces where the digits are mixed with letters or have a `+` among them: what was meant is not clear.
 */
export function piecesOf(text: string): PhonePieces {
  const whole = FLOAT.exec(text)?.[1] ?? text;
  if (PLAIN.test(whole)) {
    return { pieces: [pieceOf(whole)], joined: null, hasWords: false };
  }
  return scan([...whole.matchAll(TOKENS)].map(([token]) => token));
}

function pieceOf(text: string): PhonePiece {
  return {
    digits: text.replace(NOT_DIGITS, ""),
    plus: text.startsWith("+"),
    trunkZero: text.includes("(0)"),
  };
}

const UNCLEAR: PhonePieces = { pieces: [], joined: null, hasWords: true };

function scan(tokens: string[]): PhonePieces {
  const pieces: PhonePiece[] = [];
  let hasWords = false;
  let isTight = true;
  let label = "";
  let piece: PhonePiece = { digits: "", plus: false, trunkZero: false };
  const end = () => {
    if (piece.digits !== "" && label !== "fax") pieces.push(piece);
    if (piece.digits !== "") label = "";
    piece = { digits: "", plus: false, trunkZero: false };
  };

  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    const before = tokens[at - 1] ?? " ";
    const after = tokens[at + 1] ?? " ";
    if (isDigits(token)) {
      if (token === "0" && before === "(" && after === ")") piece.trunkZero = true;
      piece.digits += token;
    } else if (LETTER.test(token)) {
      hasWords = true;
      // `0xx31`: the two letters stand for a carrier of the caller's choice.
      if (token === "xx" && (piece.digits === "" || piece.digits === "0")) continue;
      const extension = extensionAfter(tokens, at, piece);
      if (extension !== null) {
        at = extension;
        end();
        continue;
      }
      if (isDigits(before) && isDigits(after)) return UNCLEAR;
      isTight = false;
      end();
      label = token;
    } else if (token === "+") {
      if (piece.digits !== "") {
        if (isDigits(before)) return UNCLEAR;
        isTight = false;
        end();
      }
      piece.plus = true;
    } else if (token === "#" && piece.digits !== "") {
      hasWords = true;
      const extension = extensionAfter(tokens, at, piece);
      if (extension === null) return UNCLEAR;
      at = extension;
      end();
    } else if (token === "/" || token === ",") {
      isTight &&= isDigits(before) && isDigits(after);
      end();
    } else if (ENDS.has(token)) {
      if (piece.digits !== "") isTight = false;
      end();
    } else if (!INSIDE.has(token) && piece.digits !== "") {
      isTight = false;
      end();
    }
  }
  end();
  return { pieces, joined: isTight && pieces.length > 1 ? join(pieces) : null, hasWords };
}

function isDigits(token: string): boolean {
  return token >= "0" && token < ":";
}

/** The index of the digits of an extension, where the token begins one: `ext. 12`, `x12`, `#12`. */
function extensionAfter(tokens: string[], at: number, { digits }: PhonePiece): number | null {
  const token = tokens[at] ?? "";
  if (digits.length < MIN_BEFORE_EXTENSION || (token !== "#" && !EXTENSIONS.has(token))) return null;
  for (let next = at + 1; next < tokens.length && next <= at + 4; next++) {
    const following = tokens[next] ?? "";
    if (isDigits(following)) return following.length <= MAX_EXTENSION ? next : null;
    if (![" ", ".", ":", "=", "-"].includes(following)) return null;
  }
  return null;
}

function join(pieces: PhonePiece[]): PhonePiece {
  return {
    digits: pieces.map(({ digits }) => digits).join(""),
    plus: pieces[0]?.plus === true,
    trunkZero: pieces.some(({ trunkZero }) => trunkZero),
  };
}
