// Makes tabs of a verdict's checks by product: one product is shown at a time, and the reader's choice is remembered.
// The list comes as headings with their checks; what the paste shows is marked in it and stands first.

const KEPT = "5xx-stack"; // which product a reader chose, by the one that the paste showed
let here = {}; // the same for this page alone, where nothing may be kept

function chosen() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? here;
  } catch {
    return here;
  }
}

function keep(seen, stack) {
  here = { ...chosen(), [seen]: stack, "": stack };
  try {
    localStorage.setItem(KEPT, JSON.stringify(here));
  } catch { /* no storage, or none left: then for this page only */ }
}

function choose(tabs, panels, chosenOne) {
  for (const [n, tab] of tabs.entries()) {
    tab.setAttribute("aria-selected", String(tab === chosenOne));
    tab.tabIndex = tab === chosenOne ? 0 : -1;
    panels[n].hidden = tab !== chosenOne;
  }
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function tabbed(list) {
  const panels = [...list.querySelectorAll(":scope > [data-stack]")];
  const row = document.createElement("div");
  row.setAttribute("role", "tablist");
  row.setAttribute("aria-label", list.querySelector("h3").textContent);
  row.className = "xx-tabs";
  const seen = panels[0].dataset.seen ? panels[0].dataset.stack : "";
  const tabs = panels.map((panel) => {
    const tab = document.createElement("button");
    const { stack } = panel.dataset;
    Object.assign(tab, { type: "button", id: `xx-tab-${stack}`, textContent: panel.querySelector("h4").textContent });
    if (panel.dataset.seen) tab.append(" ", Object.assign(document.createElement("small"), { textContent: panel.dataset.seen }));
    for (const [name, value] of Object.entries({ role: "tab", "aria-controls": `xx-stack-${stack}` })) tab.setAttribute(name, value);
    panel.id = `xx-stack-${stack}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    return tab;
  });
  const kept = chosen();
  const first = panels.findIndex(({ dataset }) => dataset.stack === kept[seen]);
  choose(tabs, panels, tabs[Math.max(first, 0)]);
  const take = (tab) => {
    choose(tabs, panels, tab);
    keep(seen, panels[tabs.indexOf(tab)].dataset.stack);
  };
  row.addEventListener("click", ({ target }) => target.closest("button") && take(target.closest("button")));
  row.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target);
    const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : at + STEPS[event.key];
    if (at < 0 || Number.isNaN(to) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const tab = tabs.at(to % tabs.length);
    tab.focus();
    take(tab);
  });
  row.append(...tabs);
  list.querySelector("h3").after(row);
  list.classList.add("xx-tabbed");
}

document.addEventListener("verdict", ({ target }) => target.querySelectorAll(".xx-stacks").forEach(tabbed));
