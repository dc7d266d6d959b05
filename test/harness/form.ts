/** A part of a form: a field, or a file where it has a file name. */
export interface Part {
  name: string;
  value: string | Uint8Array;
  /** Written into the header as it is, quotes and all. */
  fileName?: string;
  headers?: string[];
}

export const BOUNDARY = "----leadsy-boundary";
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A form byte for byte as it goes over the wire (RFC 7578), for what no client of good manners would send. */
export function formBytes(parts: Part[], { closed = true } = {}): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (const { name, value, fileName, headers = [] } of parts) {
    const file = fileName === undefined ? "" : `; filename="${fileName}"`;
    const head = [`Content-Disposition: form-data; name="${name}"${file}`, ...headers].join("\r\n");
    pieces.push(encoder.encode(`--${BOUNDARY}\r\n${head}\r\n\r\n`));
    pieces.push(typeof value === "string" ? encoder.encode(value) : value);
    pieces.push(encoder.encode("\r\n"));
  }
  if (closed) pieces.push(encoder.encode(`--${BOUNDARY}--\r\n`));
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** Bytes that arrive in pieces, with no word of how many there will be. */
export function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset + size));
      offset += size;
    },
  });
}
