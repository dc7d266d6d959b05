/// <reference types="vite/client" />
import { expect, it } from "vitest";
import { readLayout } from "../../../../src/imports/readers/csv/layout.ts";
import { encode, readAll, UNKNOWN } from "./csv-text.ts";

const csvs = import.meta.glob<string>("../../../fixtures/csv-spectrum/csvs/*.csv", {
  query: "?raw",
  import: "default",
  eager: true,
});
const jsons = import.meta.glob<string>("../../../fixtures/csv-spectrum/json/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** What a CSV file should read as; the JSON of one of them has another phone number than its CSV, and no list. */
function expected(path: string): unknown {
  const said = JSON.parse(jsons[path.replace("/csvs/", "/json/").replace(/csv$/, "json")] ?? "");
  return path.endsWith("/location_coordinates.csv")
    ? [{ ...said, "Contact Phone Number": "2095257564" }]
    : said;
}

it("has the whole spectrum", () => {
  expect(Object.keys(csvs)).toHaveLength(12);
});

it.each(Object.entries(csvs))("reads %s as its JSON says", async (path, csv) => {
  const file = encode(csv, "utf-8");
  const { header, delimiter, dataOffset, dataLine } = readLayout(file, "utf-8", true, UNKNOWN);
  const records = await readAll(file, {
    delimiter: delimiter ?? "",
    from: { offset: dataOffset, record: 1, line: dataLine },
  });
  const objects = records.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i]])));
  expect(objects).toEqual(expected(path));
});
