// Sorts and filters the tables, and shows the quotes behind a number. Every word is put in as text, never as markup.
(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const words = read("words");
  const lists = read("lists");
  const quotes = [...document.querySelectorAll("#all-quotes figure")];
  const dialog = document.getElementById("behind");
  const title = document.getElementById("behind-title");
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
  let opener = null;

  const made = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const text = (cell) => cell.textContent.trim();

  const headOf = (cell) => {
    const table = cell.closest("table");
    const row = table.tHead.rows[table.tHead.rows.length - 1];
    let name = text(row.cells[cell.cellIndex]);
    if (table.tHead.rows.length > 1) {
      let at = 0;
      for (const group of table.tHead.rows[0].cells) {
        at += group.colSpan;
        if (cell.cellIndex < at) {
          name = text(group) ? `${name} / ${text(group)}` : name;
          break;
        }
      }
    }
    return `${text(cell.parentElement.cells[0])} · ${name}`;
  };

  const show = (button, cell) => {
    const found = lists[Number(cell.dataset.behind)].map((at) => quotes[at].cloneNode(true));
    const shown = cell.dataset.of ? words.left.replace("{}", found.length).replace("{}", cell.dataset.of) : found.length;
    const count = shown === 1 ? words.one_quote : words.many_quotes.replace("{}", shown);
    title.textContent = `${headOf(cell)}: ${count}`;
    dialog.querySelector(".found").replaceChildren(...found);
    opener = button;
    dialog.showModal();
    dialog.scrollTop = 0;
    title.focus();
  };

  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => opener && opener.focus());

  for (const cell of document.querySelectorAll("td[data-behind]")) {
    const button = made("button", { type: "button", title: words.show });
    if (text(cell).length > 24) {
      button.textContent = words.quotes;
      cell.append(" ");
    } else {
      button.append(...cell.childNodes);
    }
    button.addEventListener("click", () => show(button, cell));
    cell.append(button);
  }

  // A number first, whatever stands behind it; why there is none comes last.
  const key = (cell) => {
    const shown = text(cell);
    const number = /^-?\d+(?:\.\d+)?/.exec(shown.replace("−", "-"));
    return { shown, number: number ? Number(number[0]) : null, empty: ["", "-", ".", "n/a", "–", "…"].includes(shown) };
  };

  const compare = (numeric, direction) => (one, other) => {
    if (one.key.empty !== other.key.empty) return one.key.empty ? 1 : -1;
    const by = numeric ? (one.key.number ?? -Infinity) - (other.key.number ?? -Infinity)
      : order.compare(one.key.shown, other.key.shown);
    return direction * by || one.at - other.at;
  };

  const sortable = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const sort = (head, at) => {
      const numeric = head.classList.contains("right");
      const steps = numeric ? ["descending", "ascending", "none"] : ["ascending", "descending", "none"];
      const next = steps[(steps.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", next);
      const rows = original.map((row, place) => ({ row, at: place, key: key(row.cells[at]) }));
      if (next !== "none") rows.sort(compare(numeric, next === "ascending" ? 1 : -1));
      table.classList.toggle("sorted", next !== "none");
      body.append(...rows.map((entry) => entry.row));
    };
    heads.forEach((head, at) => {
      head.setAttribute("aria-sort", "none");
      const button = made("button", { type: "button", title: words.sort });
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(head, at));
      head.append(button);
    });
  };

  const filtered = (before, items, label) => {
    const line = made("div", { className: "filter" });
    const input = made("input", { type: "search", autocomplete: "off" });
    const told = made("output", {});
    const name = made("label", {});
    name.append(`${words.filter} `, input);
    input.setAttribute("aria-label", `${words.filter} ${label}`);
    line.append(name, told);
    input.addEventListener("input", () => {
      const wanted = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const item of items) {
        const held = item.textContent.toLocaleLowerCase();
        item.hidden = !wanted.every((word) => held.includes(word));
        left += item.hidden ? 0 : 1;
      }
      told.textContent = wanted.length ? words.left.replace("{}", left).replace("{}", items.length) : "";
    });
    before.before(line);
  };

  for (const table of document.querySelectorAll("main .table > table")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 2) continue;
    sortable(table);
    const section = table.closest("section");
    if (rows.length > 3) filtered(table.parentElement, rows, text(section.querySelector("h2")));
  }
  if (quotes.length) filtered(quotes[0], quotes, words.quotes);

  // What one goes to is seen, also where it lies folded up.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.id === "quotes") document.getElementById("all-quotes").open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();
  if (matchMedia("(max-width: 60rem)").matches) document.querySelector("nav details").open = false;
})();
