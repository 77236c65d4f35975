// Tables one can work with: a click on a heading sorts; on the page of timers, a number of seconds shows what fits it.

const NEAR = 0.05; // share of a limit by which a measured time may miss it, but at least a second

function sortable(table) {
  const body = table.tBodies[0];
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((a, b) => a.cells[column].textContent.trim().localeCompare(
        b.cells[column].textContent.trim(), "en", { numeric: true, sensitivity: "base" }));
      body.append(...(down ? rows.reverse() : rows));
    });
  }
}

function seconds(asked, table) {
  const input = asked.querySelector("input"), answer = asked.querySelector("output");
  const fit = () => {
    const measured = input.valueAsNumber;
    let fits = 0;
    for (const row of table.tBodies[0].rows) {
      const limit = Number(row.cells[0].textContent);
      row.hidden = measured >= 0 && Math.abs(measured - limit) > Math.max(1, limit * NEAR);
      fits += row.hidden ? 0 : 1;
    }
    answer.textContent = !(measured >= 0) ? "" : fits
      ? `${fits} known default${fits > 1 ? "s" : ""} fit${fits > 1 ? "" : "s"}.`
      : "No default known here fits: somebody set this limit, or the app took as long by itself.";
  };
  input.addEventListener("input", fit);
  fit(); // it may have been filled in before this script was here
}

function mount() {
  const asked = document.querySelector(".xx-timer"), table = document.querySelector(".md-content table");
  if (!asked || !table) return;
  sortable(table);
  seconds(asked, table);
}

globalThis.document$ ? globalThis.document$.subscribe(mount) : mount();
