// What an incident costs: reads the fields, and shows each result with its numbers put into its formula. Nothing is sent.

const MONTH = 30 * 24 * 60; // minutes
const UNITS = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]];
const format = (digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits }).format;
const given = format(6), number = format(2), tenth = format(1);
const of = (value, unit) => `${value}\u00a0${unit}`, percent = (value) => of(tenth(value), "%");

function duration(minutes) {
  if (minutes === Infinity) return "for ever";
  let left = Math.round(minutes * 60);
  const parts = [];
  for (const [unit, size] of UNITS) {
    if (left >= size) parts.push(of(number(Math.floor(left / size)), unit));
    left %= size;
  }
  return parts.slice(0, 2).join(" ") || of(0, "s");
}

// Each result: its value, how it is written, its formula with numbers. A later one may use an earlier one.
const RESULTS = {
  failed: [(v) => v.rate * v.minutes / 60 * v.share / 100, number, (n) => `${n.rate} × ${n.minutes} ÷ 60 × ${of(n.share, "%")}`],
  lost: [(v) => v.failed * v.value, number, (n) => `${n.failed} × ${n.value}`],
  staff: [(v) => v.people * v.wage * v.minutes / 60, number, (n) => `${n.people} × ${n.wage} × ${n.minutes} ÷ 60`],
  budget: [(v) => MONTH * (100 - v.slo) / 100, duration, (n) => `${of(30, "d")} × (${of(100, "%")} − ${of(n.slo, "%")})`],
  used: [(v) => v.minutes * v.share / v.budget, percent, (n) => `${of(n.minutes, "min")} × ${of(n.share, "%")} ÷ ${n.budget}`],
  lasts: [(v) => v.budget * 100 / v.share, duration, (n) => `${n.budget} ÷ ${of(n.share, "%")}`],
};

function read(input) {
  const says = document.getElementById(`${input.id}-says`), good = input.validity.valid;
  says.dataset.hint ??= says.textContent;
  says.textContent = good ? says.dataset.hint : `A number from ${given(input.min)} to ${given(input.max)}.`;
  input.setAttribute("aria-invalid", !good);
  return good ? input.valueAsNumber : NaN;
}

function reckon(box) {
  const values = {}, written = {}, missing = [];
  const put = (name, value, write) => {
    values[name] = value;
    written[name] = Number.isNaN(value) ? "?" : write(value);
  };
  for (const input of box.querySelectorAll("input")) {
    put(input.name, read(input), given);
    if (Number.isNaN(values[input.name])) missing.push(input.labels[0].textContent);
  }
  for (const [name, [value, write, formula]] of Object.entries(RESULTS)) {
    put(name, value(values), write);
    const [result, , filled] = box.querySelectorAll(`[data-of=${name}] dd > *`);
    result.textContent = written[name];
    filled.textContent = formula(written);
  }
  box.querySelector("output").textContent = missing.length ? `No number yet: ${missing.join("; ")}.`
    : `${number(values.lost + values.staff)} lost in all, and ${written.used} of the 30-day error budget.`;
}

function mount() {
  const box = document.querySelector(".xx-cost");
  if (!box) return;
  box.addEventListener("input", () => reckon(box));
  reckon(box); // a browser may have kept what stood in the fields before a reload
}

globalThis.document$ ? globalThis.document$.subscribe(mount) : mount();
