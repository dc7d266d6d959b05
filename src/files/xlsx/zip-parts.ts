import { Zip, ZipDeflate } from "fflate";

/** A file of an archive: its path, and its text in pieces. */
export type Part = [path: string, content: Iterable<string> | AsyncIterable<string>];

/** The earliest that archives know, so that the same parts make the same bytes. */
const MADE_AT = "1980-01-02T00:00:00";
/** What is packed at once, in characters: smaller pieces cost more calls than work. */
const PIECE = 64 * 1024;

/** Packs parts into a ZIP archive one after the other, in memory that does not grow with them. */
export async function* zipParts(parts: AsyncIterable<Part> | Iterable<Part>): AsyncGenerator<Uint8Array> {
  let packed: Uint8Array[] = [];
  const archive = new Zip((error, bytes) => {
    if (error) throw error;
    packed.push(bytes);
  });
  const encoder = new TextEncoder();
  const drain = () => {
    const ready = packed;
    packed = [];
    return ready;
  };
  for await (const [path, content] of parts) {
    const part = new ZipDeflate(path);
    part.mtime = MADE_AT;
    archive.add(part);
    let text = "";
    for await (const piece of content) {
      text += piece;
      if (text.length < PIECE) continue;
      part.push(encoder.encode(text));
      text = "";
      yield* drain();
    }
    part.push(encoder.encode(text), true);
    yield* drain();
  }
  archive.end();
  yield* drain();
}
