/* In: keys and clicks beside the reply box. Out: F2 puts the suggested words into it, Ctrl+Enter sends, nothing is sent twice. */
"use strict";
(function () {
  function put() {
    const from = document.getElementById("suggested");
    const box = document.querySelector("[data-reply]");
    if (!from || !box) return;
    // what was typed stays: the suggestion goes below it
    box.value = box.value ? box.value + "\n" + from.textContent : from.textContent;
    box.focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "F2") {
      event.preventDefault();
      put();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-reply]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-put]")) put();
  });
  // a second click while the first is on its way would say the same words twice
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-once]")) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("[data-once]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
