/** Before anything is drawn: a page that is dark must not flash white. Runs on its own, in the head of the page. */
const theme = localStorage.getItem("leadsy.theme");
if (theme) document.documentElement.dataset.theme = theme;

export {};
