/* In: tag names, properties, texts. Out: Calls.make and small helpers. Text goes in as text, never as HTML. */
"use strict";
window.Calls = {};
(function (Calls) {
  // make("button", {class: "plain", onclick: f}, "text", node, …); false and null children are left out.
  Calls.make = function (tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") node[name] = value;
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(function (child) { return child !== null && child !== undefined && child !== false; }));
    return node;
  };

  // A button for mouse and Tab alike: a click does not take the focus from the search box.
  Calls.button = function (text, act, properties) {
    const node = Calls.make("button", { type: "button", class: "plain", ...properties }, text);
    node.onmousedown = function (event) { event.preventDefault(); };
    node.onclick = act;
    return node;
  };

  // 65000 → "1:05"; hours only when there are any
  Calls.clock = function (ms) {
    const s = Math.max(0, Math.floor(Number(ms) / 1000)) || 0;
    const two = function (n) { return String(n).padStart(2, "0"); };
    const short = Math.floor(s / 60) % 60;
    return s >= 3600 ? Math.floor(s / 3600) + ":" + two(short) + ":" + two(s % 60) : short + ":" + two(s % 60);
  };

  Calls.STATES = { verified: "已核对", unverified: "未核对", expired: "可能过期" };
  Calls.state = function (name) {
    return Calls.STATES[name] ? Calls.make("span", { class: "state " + name }, Calls.STATES[name]) : null;
  };

  let fading = 0;
  // One line for what just happened; it goes away by itself.
  Calls.tell = function (text) {
    const line = document.getElementById("told");
    line.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(function () { line.textContent = ""; }, 6000);
  };

  Calls.copy = async function (text) {
    try {
      await navigator.clipboard.writeText(text);
      Calls.tell("已复制，可以粘到短信或微信里。");
      return true;
    } catch (refused) { // no permission, or not https
      Calls.tell("浏览器不让复制，请选中文字按 Ctrl+C。");
      return false;
    }
  };
})(window.Calls);
