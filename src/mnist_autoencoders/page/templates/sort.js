// A header of a sortable table becomes a button: first click ascending, second descending.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((header, column) => {
    const button = document.createElement("button");
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const descending = header.getAttribute("aria-sort") === "ascending";
      const key = (row) => {
        const cell = row.cells[column];
        const number = parseFloat(cell.textContent.replace(/[,%\s]/g, ""));
        return Number.isNaN(number) ? cell.textContent.trim() : number;
      };
      const compare = (a, b) =>
        typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1;
      const rows = [...body.rows].sort((a, b) => compare(key(a), key(b)));
      body.append(...(descending ? rows.reverse() : rows));
      for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    });
  });
}
