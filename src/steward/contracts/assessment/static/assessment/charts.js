"use strict";
// Charts of the score pages: each canvas names the JSON element that holds its data.
(() => {
  const styles = () => getComputedStyle(document.querySelector(".sw"));
  const tone = (name) => styles().getPropertyValue(name).trim();
  const palette = () => [tone("--brand"), tone("--good"), tone("--warn"), tone("--bad")];
  const axis = (title, more = {}) => ({
    title: { display: Boolean(title), text: title, color: tone("--mute") },
    grid: { color: tone("--line") },
    ticks: { color: tone("--mute"), maxTicksLimit: 8 },
    ...more,
  });
  const number = (text) => Number.parseFloat(text);

  const lines = (data, x) => {
    const colours = palette();
    const sets = data.lines.map((line, index) => ({
      label: line.label,
      data: line.points.map((point) => ({ x: point.x, y: number(point.y) })),
      borderColor: colours[index % colours.length],
      backgroundColor: colours[index % colours.length],
      borderWidth: 2,
      pointRadius: 2,
      stepped: true,
    }));
    if (data.line && sets[0].data.length) {
      const ends = [sets[0].data[0].x, sets[0].data[sets[0].data.length - 1].x];
      sets.push({
        label: `全额线 ${data.line} 分`,
        data: ends.map((end) => ({ x: end, y: number(data.line) })),
        borderColor: tone("--bad"),
        borderDash: [6, 4],
        borderWidth: 1,
        pointRadius: 0,
      });
    }
    return {
      type: "line",
      data: { datasets: sets },
      options: options({ x, y: axis("分", { suggestedMax: number(data.maximum || "100") }) }, sets.length > 1),
    };
  };

  const options = (scales, legend) => ({
    animation: false,
    maintainAspectRatio: false,
    scales,
    plugins: {
      legend: { display: legend, position: "bottom", labels: { color: tone("--text"), boxWidth: 12 } },
    },
  });

  const bars = (data) => {
    const set = (label, values, colour) => ({
      label, data: values.map(number), backgroundColor: colour, barThickness: 14,
    });
    const sets = [
      set("得分", data.kept, tone("--good")),
      set("未评", data.open, tone("--line")),
      set("失分", data.lost, tone("--bad")),
    ];
    return {
      type: "bar",
      data: { labels: data.labels, datasets: sets },
      options: {
        ...options({ x: axis("分", { stacked: true }), y: axis("", { stacked: true }) }, true),
        indexAxis: "y",
      },
    };
  };

  const kinds = {
    term: (data) => lines(data, axis("履行进度（%）", { type: "linear", min: 0, max: 100 })),
    days: (data) => lines(data, axis("", { type: "category" })),
    groups: bars,
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
      const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
      new Chart(canvas, kinds[data.kind](data));
    }
  });
})();
