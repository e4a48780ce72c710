/* In: what is typed, anywhere on the page. Out: items found; Enter pins one, or names the right card when one was wrong. */
"use strict";
(function (Calls) {
  const make = Calls.make;
  const WAIT_MS = 90;

  // pick(row): Enter or a click; none(): Enter in an empty box while a wrong card waits for the right one.
  Calls.search = function (box, results, hint, pick, none) {
    let rows = [];
    let chosen = 0;
    let timer = 0;
    let asking = null;
    let shownFor = "";
    let takeFirst = false;
    let wrongItem = null;
    const usual = hint.textContent;

    Calls.backToSearch = function () { box.focus({ preventScroll: true }); };

    function draw() {
      results.hidden = !box.value.trim();
      box.setAttribute("aria-expanded", String(!results.hidden));
      results.replaceChildren(...rows.map(function (row, at) {
        const option = make("li", { role: "option", id: "found-" + at, "aria-selected": String(at === chosen) },
          make("b", null, row.name), Calls.state(row.verification), make("span", { class: "quiet" }, Calls.TOPICS[row.topic] || ""),
          make("span", { class: "piece" }, ...row.pieces.map(function ([text, hit]) { return hit ? make("mark", null, text) : text; })));
        option.onmousedown = function (event) { event.preventDefault(); };
        option.onclick = function () { take(at); };
        return option;
      }));
      if (!rows.length) results.append(make("li", { class: "empty", role: "option", "aria-selected": "false" }, shownFor === box.value.trim() ? "没有找到，换个说法试试。" : "在找……"));
      if (rows.length) box.setAttribute("aria-activedescendant", "found-" + chosen);
      else box.removeAttribute("aria-activedescendant");
    }

    async function ask() {
      const typed = box.value.trim();
      if (!typed) return;
      if (asking) asking.abort();
      const mine = new AbortController();
      asking = mine;
      try {
        const answer = await fetch("/staff/calls/search?q=" + encodeURIComponent(typed), { signal: mine.signal });
        if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
        rows = (await answer.json()).rows;
        shownFor = typed;
        chosen = 0;
        draw();
        if (takeFirst && shownFor === box.value.trim()) take(0);
      } catch (failed) {
        if (failed.name === "AbortError") return;
        rows = [];
        Calls.tell("现在查不了，你打的字还在。过一会儿再试。");
      }
      takeFirst = false;
    }

    function typed() {
      clearTimeout(timer);
      takeFirst = false;
      if (box.value.trim()) timer = setTimeout(ask, WAIT_MS);
      else rows = [];
      draw();
    }

    function clear() {
      box.value = "";
      rows = [];
      shownFor = "";
      draw();
    }

    function wrong(item) {
      wrongItem = item;
      hint.textContent = item ? "“" + item.name + "”不对。打字找出该出的那张，回车；不知道就直接回车；Esc 算了。" : usual;
      hint.classList.toggle("asking", Boolean(item));
      if (item) Calls.backToSearch();
    }

    function take(at) {
      const row = rows[at];
      if (!row) return;
      pick(row, wrongItem);
      wrong(null);
      clear();
      Calls.backToSearch();
    }

    box.addEventListener("input", typed);
    box.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!rows.length) return;
        chosen = (chosen + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length;
        draw();
        results.children[chosen].scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter") {
        if (!box.value.trim()) {
          if (!wrongItem) return;
          none(wrongItem);
          wrong(null);
        } else if (shownFor === box.value.trim()) take(chosen);
        else {
          takeFirst = true; // Enter right after typing means what was typed
          clearTimeout(timer);
          ask();
        }
      } else if (event.key === "Escape") {
        if (box.value) clear();
        else wrong(null);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });

    return { wrong: wrong, empty: function () { return !box.value; } };
  };
})(window.Calls);
