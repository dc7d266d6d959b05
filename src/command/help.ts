export const HELP = `leadsy <command>

  leadsy import <file> --company <id>   Import leads from a file: CSV, XLSX, gzip, zip, NDJSON; - is standard input
      --campaign <id>                   whose questions are columns too
      --on-duplicate <what>             skip (default), update or create
      --match-by <keys>                 email, phone, external_id, parted by commas
      --mapping <json>                  header to column, as POST /import takes it
      --dry-run                         write nothing; see what it would become
      --watch                           wait until it is done, and show the ledger

  leadsy errors <import code>           The rejected records, with what to do
      --output <file>                   the error file instead, to be mended and imported again

  leadsy undo <import code>             Take an import back
      --spare-later                     also where a later import built on it, sparing what that changed

  leadsy export --company <id>          All leads as CSV
      --output <file>                   into a file, else on standard output

LEADSY_URL   where the API is (default http://127.0.0.1:8787)
LEADSY_KEY   an API key, or an access token

In a pipe it prints JSON, a line each. Exit codes: 0 done, 1 refused or no answer, 2 wrong arguments,
3 some records were rejected, 4 the import failed or was cancelled, 130 Ctrl-C, 141 nobody reads on in the pipe.
`;
