/* In: keys. Out: "/" goes to the search box, arrows walk the results, Enter opens, Esc empties, Ctrl+S saves; copy and print. */
"use strict";
(function () {
  function typing(target) {
    return target.closest("input, textarea");
  }

  function results() {
    return Array.from(document.querySelectorAll("[data-hit]"));
  }

  let openFirst = false;
  let focusedAt = -1;

  // Enter right after typing means what was typed, not what is still on the screen from before.
  function openWhenShown() {
    const box = document.querySelector("[data-search]");
    const shown = document.querySelector("[data-shown]");
    if (!openFirst || !box || !shown || shown.dataset.shown !== box.value.trim()) return;
    openFirst = false;
    if (results().length) results()[0].click();
  }

  document.addEventListener("input", function () { openFirst = false; });
  document.addEventListener("htmx:beforeSwap", function () { focusedAt = results().indexOf(document.activeElement); });
  document.addEventListener("htmx:afterSwap", function () {
    const all = results();
    if (focusedAt >= 0 && all.length) all[Math.min(focusedAt, all.length - 1)].focus();
    openWhenShown();
  });

  function walk(step) {
    const all = results();
    if (!all.length) return false;
    const at = all.indexOf(document.activeElement);
    const box = document.querySelector("[data-search]");
    const next = at + step;
    if (next < 0 && box) box.focus();
    else all[Math.min(Math.max(next, 0), all.length - 1)].focus();
    return true;
  }

  // Ctrl+S keeps a draft, where there is one; the browser's own "save page" helps nobody here.
  document.addEventListener("keydown", function (event) {
    const save = document.querySelector("[data-save]");
    if (!save || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    save.click();
  });

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.querySelector("[data-search]");
    const inBox = box && event.target === box;
    if (event.key === "/" && box && !typing(event.target)) {
      box.focus();
      box.select();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (inBox || event.target.matches("[data-hit]"))) {
      if (!walk(event.key === "ArrowDown" ? 1 : -1)) return;
    } else if (event.key === "Enter" && inBox && document.querySelector("[data-shown]")) {
      openFirst = true;
      openWhenShown();
    } else if (event.key === "Escape" && box && (inBox || event.target.matches("[data-hit]"))) {
      box.value = "";
      box.focus();
      box.dispatchEvent(new Event("search", { bubbles: true }));
    } else return;
    event.preventDefault();
  });

  async function copy(button) {
    const from = document.getElementById(button.dataset.copy);
    const text = from.value === undefined ? from.textContent.trim() : from.value;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "已复制";
    } catch (refused) {
      // no permission, or not https: mark the text, so that the person copies it by hand
      window.getSelection().selectAllChildren(from);
      button.textContent = "请按 Ctrl+C";
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.copy) copy(button);
    if (button.hasAttribute("data-print")) window.print();
    if (button.dataset.speak) speak(document.getElementById(button.dataset.speak).textContent);
  });

  function speak(text) {
    const said = new SpeechSynthesisUtterance(text);
    said.lang = "zh-CN";
    window.speechSynthesis.cancel();
    window.speechSynthesis.speak(said);
  }

  // a device without a voice gets no button that does nothing
  if ("speechSynthesis" in window) {
    document.addEventListener("DOMContentLoaded", function () {
      document.querySelectorAll("[data-speak]").forEach(function (button) { button.hidden = false; });
    });
  }
})();
