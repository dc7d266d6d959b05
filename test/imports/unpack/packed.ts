import { crc32, deflateRawSync } from "node:zlib";

/** A file of a ZIP archive. */
export interface PackedFile {
  name: string;
  content: string | Uint8Array;
  stored?: boolean;
  /** Sets the bit that says a password is wanted. */
  encrypted?: boolean;
  /** What the archive says of its size, where that is a lie. */
  saysBytes?: number;
}

/** A ZIP archive, as programs write them. */
export function zipOf(files: PackedFile[], comment = ""): Uint8Array {
  const pieces: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored = false, encrypted = false, saysBytes } of files) {
    const bytes = Buffer.from(content as string);
    const packed = stored ? bytes : deflateRawSync(bytes);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
    head.writeUInt16LE(stored ? 0 : 8, 4);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(saysBytes ?? bytes.length, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    list.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03", "latin1"), head, tail, Buffer.from(name)]));
    pieces.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return new Uint8Array(
    Buffer.concat([...pieces, directory, Buffer.from("PK\x05\x06"), end, Buffer.from(comment)]),
  );
}
