// Pays within WeChat: its browser has a bridge to the program's own cashier. What the bridge answers is a hint alone; the page
// asks the house whether the money came.
(() => {
  const button = document.querySelector("[data-pay]");
  if (!button) return;
  const said = document.getElementById("pay-said");
  const pay = () => window.WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(button.dataset.pay), (answer) => {
    const what = String((answer && answer.err_msg) || "").split(":").pop();
    said.textContent = button.dataset[what] || button.dataset.fail;
    button.disabled = what === "ok";
  });
  button.addEventListener("click", () => {
    if (window.WeixinJSBridge) pay();
    else document.addEventListener("WeixinJSBridgeReady", pay, { once: true });
  });
})();
