"use strict";
// Charts of a report: each canvas names the JSON element that holds its figures.
(() => {
  const tone = (name) => getComputedStyle(document.querySelector(".sw")).getPropertyValue(name).trim();
  const number = (text) => (text === null ? null : Number.parseFloat(text));
  const axis = (title) => ({
    title: { display: Boolean(title), text: title, color: tone("--mute") },
    grid: { color: tone("--line") },
    ticks: { color: tone("--mute") },
  });
  const chart = (data) => {
    const colours = [tone("--brand"), tone("--warn"), tone("--good"), tone("--bad")];
    return {
      type: data.shape,
      data: {
        labels: data.labels,
        datasets: data.series.map((series, index) => ({
          label: series.name,
          data: series.values.map(number),
          borderColor: colours[index % colours.length],
          backgroundColor: colours[index % colours.length],
          borderWidth: data.shape === "line" ? 2 : 0,
          pointRadius: 2,
          spanGaps: false,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        scales: { x: axis(""), y: axis(data.unit) },
        plugins: {
          legend: {
            display: data.series.length > 1,
            position: "bottom",
            labels: { color: tone("--text"), boxWidth: 12 },
          },
        },
      },
    };
  };
  document.addEventListener("DOMContentLoaded", () => {
    for (const canvas of document.querySelectorAll("canvas[data-report-chart]")) {
      const data = JSON.parse(document.getElementById(canvas.dataset.reportChart).textContent);
      new Chart(canvas, chart(data));
    }
  });
})();
