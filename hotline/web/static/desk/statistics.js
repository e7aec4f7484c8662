// Charts drawn from the tables beneath them: whoever cannot see one reads the other.
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const SERIES = ["--series-1", "--series-2", "--series-3", "--series-4"].map(colour);

function drawn(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const box = table.closest("section").querySelector(".chart");
  box.hidden = false;
  new Chart(box.querySelector("canvas"), {
    type: table.dataset.chart,
    data: {
      labels: rows.map((row) => row[0]),
      datasets: heads.slice(1).map((label, index) => ({
        label,
        data: rows.map((row) => (row[index + 1] === "–" ? null : Number(row[index + 1]))),
        backgroundColor: SERIES[index % SERIES.length],
        maxBarThickness: 48,
        borderColor: SERIES[index % SERIES.length],
        spanGaps: true,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      color: colour("--bs-body-color"),
      plugins: { legend: { display: heads.length > 2 } },
      scales: {
        x: { ticks: { color: colour("--bs-body-color") }, grid: { display: false } },
        y: { beginAtZero: true, ticks: { color: colour("--bs-body-color"), precision: 0 }, grid: { color: colour("--bs-border-color") } },
      },
    },
  });
}

for (const table of document.querySelectorAll("table[data-chart]:not([data-chart=''])")) drawn(table);
