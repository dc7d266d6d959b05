import { integers, listQuery, named, RANGE, texts, times } from "../../http/lists/list-query.ts";
import { STATUS } from "../state/status.ts";

/** What the list of imports is filtered and sorted by. */
export const importsQuery = listQuery(
  {
    id: integers("eq"),
    status: named(STATUS, "eq", "in"),
    company_id: integers("eq"),
    campaign_id: integers("eq"),
    import_code: texts("eq"),
    file_processed_at: times(...RANGE),
    created_at: times(...RANGE),
  },
  ["-id", "created_at", "file_processed_at"],
);
