"use strict";
/* The flow designer: what is stored ⇄ what is edited. Every rule is checked by the server. */
(() => {
  let nextKey = 1;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const approver = (kind = "users") => ({ key: nextKey++, kind, users: [], permission: "" });
  const isRow = (part) => part && typeof part === "object" && "field" in part && Object.keys(part).length === 2;

  function rowsOf(condition) {
    if (!condition || !Object.keys(condition).length) return { join: "all", rows: [], raw: null };
    const join = condition.any ? "any" : "all";
    const parts = isRow(condition) ? [condition] : condition[join];
    if (!Array.isArray(parts) || !parts.every(isRow)) return { join, rows: [], raw: condition };
    const rows = parts.map((part) => {
      const operator = Object.keys(part).find((name) => name !== "field");
      const value = Array.isArray(part[operator]) ? part[operator].join("、") : String(part[operator]);
      return { key: nextKey++, field: part.field, operator, value };
    });
    return { join, rows, raw: null };
  }

  const fromStored = (list) => (list || []).map((one) => Object.assign(approver(), one, { users: (one.users || []).map(String) }));

  function stepFrom(stored) {
    const timeout = stored.timeout || {};
    return {
      key: nextKey++,
      name: stored.name || "",
      mode: stored.mode || "any",
      approvers: fromStored(stored.approvers),
      ...rowsOf(stored.condition),
      limited: Boolean(stored.timeout),
      hours: timeout.hours || 8,
      calendar: timeout.calendar || "cn-work",
      action: timeout.action || "remind",
      upper: fromStored(timeout.escalate_to),
    };
  }

  const toStored = (list) =>
    list.map((one) => (one.kind === "users" ? { kind: "users", users: one.users.map(Number) } : { kind: one.kind, permission: one.permission }));

  window.flowDesigner = () => ({
    options: read("flow-options"),
    shown: read("flow-shown"),
    allowSelf: false,
    purpose: "",
    steps: [],
    init() {
      this.purpose = this.shown.purpose;
      this.allowSelf = Boolean(this.shown.definition.allow_self);
      this.steps = (this.shown.definition.steps || []).map(stepFrom);
      if (!this.steps.length) this.addStep();
    },
    addStep() {
      const step = stepFrom({});
      step.approvers.push(approver());
      this.steps.push(step);
    },
    removeStep(index) {
      this.steps.splice(index, 1);
    },
    move(index, by) {
      const [step] = this.steps.splice(index, 1);
      this.steps.splice(index + by, 0, step);
    },
    addApprover(list) {
      list.push(approver());
    },
    addRow(step) {
      step.rows.push({ key: nextKey++, field: this.facts()[0]?.code || "", operator: "gte", value: "" });
    },
    takes(kind) {
      return this.options.kinds.find((one) => one.code === kind)?.takes;
    },
    facts() {
      return this.options.purposes.find((one) => one.code === this.purpose)?.facts || [];
    },
    fact(code) {
      return this.facts().find((one) => one.code === code) || { kind: "text", choices: [] };
    },
    choicesOf(row) {
      return ["eq", "ne"].includes(row.operator) ? this.fact(row.field).choices : [];
    },
    literalOf(row) {
      const one = (text) => (this.fact(row.field).kind === "number" && text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text.trim());
      return row.operator === "in" ? row.value.split(/[、,，]/).filter((text) => text.trim()).map(one) : one(row.value);
    },
    conditionOf(step) {
      if (step.raw) return step.raw;
      const parts = step.rows.map((row) => ({ field: row.field, [row.operator]: this.literalOf(row) }));
      return parts.length ? { [step.join]: parts } : {};
    },
    stored() {
      return JSON.stringify({
        allow_self: this.allowSelf,
        steps: this.steps.map((step) => {
          const found = { name: step.name, mode: step.mode, approvers: toStored(step.approvers) };
          const condition = this.conditionOf(step);
          if (Object.keys(condition).length) found.condition = condition;
          if (step.limited) {
            found.timeout = { hours: Number(step.hours), calendar: step.calendar, action: step.action };
            if (step.action === "escalate") found.timeout.escalate_to = toStored(step.upper);
          }
          return found;
        }),
      });
    },
  });
})();
