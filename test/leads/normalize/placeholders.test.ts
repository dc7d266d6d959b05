import { describe, expect, it } from "vitest";
import { isPlaceholder } from "../../../src/leads/normalize/placeholders.ts";

describe("isPlaceholder", () => {
  it.each([
    "-",
    "—",
    "...",
    "N/A",
    "n.a.",
    "#N/A",
    "s/d",
    "NULL",
    "(Blank)",
    "undefined",
    "No  Aplica",
    "SIN NOMBRE",
    "não informado",
    "NÃO INFORMADO",
    "Sin información",
    "Desconocido",
    "Unknown",
    "(em branco)",
    "\\N",
    "#¡VALOR!",
    "#¿NOMBRE?",
    "#NÚM!",
    "########",
  ])("takes %j for nothing", (text) => {
    expect(isPlaceholder(text)).toBe(true);
  });

  it.each([
    "Null",
    "Nan",
    "n",
    "N",
    "Nuevo León",
    "Noé",
    "Ñuñoa",
    "Sonora",
    "Sinaloa",
    "S",
    "Díaz",
    "Directora",
    "Unai",
    "-5",
    "(Ana)",
    "São Paulo",
    "n/a yet",
    "José",
    "Nadie",
    "𝒩",
    "田中",
  ])("takes %j for what it is", (text) => {
    expect(isPlaceholder(text)).toBe(false);
  });
});
