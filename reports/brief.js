// Convenience only: the brief is whole without it.
// Each query gets a button that copies it, tables can be sorted, platforms and companies can be singled out, and all
// folded parts open at once.
const words = document.currentScript.dataset;

for (const block of document.querySelectorAll("figure.sql")) {
  const code = block.querySelector("pre code");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = words.copied;
    } catch {
      const range = document.createRange();
      range.selectNodeContents(code);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      button.textContent = words.selected;
    }
  });
  block.querySelector("figcaption").append(" ", button);
}

const chosen = { platform: "", company: "" };

function choice(kind, label, names) {
  const select = document.createElement("select");
  select.add(new Option(label, ""));
  for (const [value, name] of names) select.add(new Option(name, value));
  select.setAttribute("aria-label", label);
  select.addEventListener("change", () => {
    chosen[kind] = select.value;
    for (const one of document.querySelectorAll("[data-platform], [data-company]")) {
      one.hidden = Object.keys(chosen).some(
        (name) => chosen[name] && one.dataset[name] !== undefined && one.dataset[name] !== chosen[name],
      );
    }
  });
  return select;
}

const platforms = new Map();
for (const one of document.querySelectorAll(".of-platform")) {
  const title = one.querySelector("h3, h4, caption");
  if (title && !platforms.has(one.dataset.platform)) {
    platforms.set(one.dataset.platform, title.firstChild.textContent.trim());
  }
}
const companies = new Map();
for (const one of document.querySelectorAll("[data-company]")) {
  if (one.dataset.company) companies.set(one.dataset.company, one.dataset.company);
}
const bar = document.createElement("p");
bar.className = "choices";
const byName = (a, b) => a[1].localeCompare(b[1]);
if (platforms.size > 1) bar.append(choice("platform", words.platforms, [...platforms].sort(byName)));
if (companies.size > 1) bar.append(choice("company", words.companies, [...companies].sort(byName)));
const leaves = document.querySelectorAll("details.leaf");
if (leaves.length) {
  const opened = [...leaves].filter((leaf) => leaf.open);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.unfold;
  button.addEventListener("click", () => {
    const isUnfolding = button.textContent === words.unfold;
    for (const leaf of leaves) leaf.open = isUnfolding || opened.includes(leaf);
    button.textContent = isUnfolding ? words.fold : words.unfold;
  });
  bar.append(button);
}
if (bar.children.length) document.querySelector("nav").after(bar);

// what a cell shows in words, its markup states: a date in a time, an age in data
function wordsIn(cell) {
  return cell.querySelector("time")?.dateTime ?? cell.textContent.trim();
}

function numberIn(cell) {
  const stated = cell.querySelector("data");
  if (stated) return Number(stated.value);
  let text = cell.textContent.replaceAll(words.group, "").replace(words.decimal, ".").replace("\u2212", "-");
  text = text.match(/-?\d+(\.\d+)?/)?.[0];
  return text === undefined ? -Infinity : Number(text);
}

for (const table of document.querySelectorAll("main table")) {
  const body = table.tBodies[0];
  if (!table.tHead || body.rows.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    const isNumber = head.classList.contains("num");
    if (!isNumber && index > 0) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isDown = isNumber ? head.ariaSort !== "descending" : head.ariaSort === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.ariaSort = isDown ? "descending" : "ascending";
      const key = isNumber ? (row) => numberIn(row.cells[index]) : (row) => wordsIn(row.cells[index]);
      const order = isNumber ? (a, b) => key(a) - key(b) : (a, b) => key(a).localeCompare(key(b));
      body.append(...[...body.rows].sort((a, b) => (isDown ? -order(a, b) : order(a, b))));
    });
  });
}

// rows that are drawn as boxes are still rows: older Safari forgets it unless it is told
const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
for (const table of document.querySelectorAll(".stack")) {
  table.setAttribute("role", roles.table);
  for (const part of table.querySelectorAll("thead, tbody, tr, td")) part.setAttribute("role", roles[part.localName]);
  for (const head of table.querySelectorAll("thead th")) head.setAttribute("role", "columnheader");
  for (const head of table.querySelectorAll("tbody th")) head.setAttribute("role", "rowheader");
}
