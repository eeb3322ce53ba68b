/* What a voucher's lines come to while they are typed. Without it the server says the same once it is sent. */
(() => {
  "use strict";
  const form = document.querySelector("[data-voucher]");
  if (!form) return;
  const said = (text) => text.trim().replace(/[,，\s]/g, "");
  const cents = (text) => (/^\d+(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : 0);
  const shown = (sum) => (sum / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const add = () => {
    const sums = {};
    for (const side of ["debit", "credit"]) {
      const fields = form.querySelectorAll(`input[name$="-${side}"]`);
      sums[side] = [...fields].reduce((sum, field) => sum + cents(said(field.value)), 0);
      form.querySelector(`[data-sum="${side}"]`).textContent = sums[side] ? shown(sums[side]) : "";
    }
    const apart = Math.abs(sums.debit - sums.credit);
    const output = form.querySelector("[data-difference]");
    output.textContent = !(sums.debit || sums.credit) ? "" : apart ? output.dataset.words.replace("{}", shown(apart)) : output.dataset.balanced;
    output.className = apart ? "state returned" : "soft";
  };
  form.addEventListener("input", add);
  add();
})();
