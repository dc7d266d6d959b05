/** The product's sign and name. */
export function Brand() {
  return (
    <a class="brand" href="/console/">
      <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
        <path d="M3 3h5v11h11v5H3z" fill="currentColor" />
        <circle cx="15.5" cy="6.5" r="3.5" fill="currentColor" opacity=".55" />
      </svg>
      Leadsy
    </a>
  );
}
