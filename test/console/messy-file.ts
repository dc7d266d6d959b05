/** A file as a salesperson exports it: old letters, semicolons, a title above the header, and rejections among the rest. */
export interface MessyFile {
  name: string;
  bytes: Buffer;
  rejected: number;
}

/** @param records how many there are in it. */
export function messyFile(records: number): MessyFile {
  let rejected = 0;
  const lines = ["Feria de primavera;;;;;", "Nombre;Correo;Celular;Ciudad;Etapa;Ref interna"];
  for (let number = 0; number < records; number++) {
    const isBadMail = number % 199 === 7;
    const isBadPhone = number % 211 === 11;
    if (isBadMail || isBadPhone) rejected++;
    const mail = isBadMail
      ? "persona@sinpunto"
      : isBadPhone
        ? ""
        : `persona${number}@feria${number % 40}.example.com`;
    const phone = isBadMail
      ? ""
      : isBadPhone
        ? "12"
        : number % 3
          ? ""
          : `55 1234 ${String(number).padStart(5, "0").slice(1)}`;
    lines.push(
      `José Núñez ${number};${mail};${phone};Mérida;${["Lista", "Cerrado"][number % 2]};R-${number}`,
    );
  }
  return { name: "feria.csv", bytes: Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1"), rejected };
}
