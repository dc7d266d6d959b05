import { placeOf, type RecordPlace } from "../../leads/record-place.ts";
import { detach } from "../../text/detach.ts";

/** Most files have a few countries. */
const MOST_PLACES = 500;

/**
 * Where the phones of a record are from that says no more than its country.
 *
 * @param places those of the file's countries, which are worked out once.
 * @param country as the record names it.
 * @param ofCompany ISO 3166-1 alpha-2: counts where the record names none.
 */
export function placeOfCountry(
  places: Map<string | null, RecordPlace>,
  country: string | null,
  ofCompany: string | null,
): RecordPlace {
  let place = places.get(country);
  if (place === undefined) {
    const kept = country && detach(country);
    place = placeOf(kept, null, null, ofCompany);
    if (places.size < MOST_PLACES) places.set(kept, place);
  }
  return place;
}
