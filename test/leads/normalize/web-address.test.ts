import { describe, expect, it } from "vitest";
import { readWebAddress } from "../../../src/leads/normalize/web-address.ts";

describe("readWebAddress", () => {
  it.each([
    ["example.com", "https://example.com"],
    ["www.Example.com/Contact", "https://www.example.com/Contact"],
    ["http://example.com", "http://example.com"],
    ["HTTPS://EXAMPLE.com/A?b=C#d", "https://example.com/A?b=C#d"],
    ["tienda.example.com.mx:8443/p", "https://tienda.example.com.mx:8443/p"],
    ["medium.example/@ana", "https://medium.example/@ana"],
    ["peña.example", "https://peña.example"],
    ["xn--pea-8ma.xn--fiqs8s", "https://xn--pea-8ma.xn--fiqs8s"],
  ])("reads %j as %j", (text, address) => {
    expect(readWebAddress(text)).toBe(address);
    expect(readWebAddress(address)).toBe(address);
  });

  it.each([
    "Acme",
    "http://",
    "http://localhost/",
    "https://https://example.com",
    "ana@example.com",
    "https://ana:secret@example.com",
    "mailto:ana@example.com",
    "ftp://example.com",
    "javascript:alert(1)",
    "example.com and more",
    "https://example.com/a b",
    "a.com;b.com",
    "12.50",
    "192.168.0.1",
    "S.A.",
    "-a.com",
    "a..com",
    "example.com:99999",
    `example.com/${"a".repeat(2048)}`,
  ])("does not read %j", (text) => {
    expect(readWebAddress(text)).toBeNull();
  });
});
