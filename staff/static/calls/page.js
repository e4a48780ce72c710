/* In: the page of a call. Out: its panes joined to the live line, and the keys. Typing anywhere goes to the search box. */
"use strict";
(function (Calls) {
  const by = function (id) { return document.getElementById(id); };
  const root = by("call");
  Calls.ACTS = JSON.parse(root.dataset.acts);
  Calls.TOPICS = JSON.parse(root.dataset.topics);
  const box = by("search");
  const help = by("help");
  let startedAt = null;
  let ended = false;

  const transcript = Calls.transcript(by("transcript"), by("turns"), by("latest"));
  const caller = Calls.caller(
    { warnings: by("warnings"), eligibility: by("eligibility"), facts: by("facts"), checklist: by("checklist") }, send, transcript.show);
  const cards = Calls.cards(by("cards"), send, function (item) { search.wrong(item); });
  const search = Calls.search(box, by("found"), by("hint"),
    function (row, wrongItem) {
      if (wrongItem) return sayWrong(wrongItem, row);
      send({ type: "pin", item_id: row.item_id, on: true });
      Calls.tell("钉住了：" + row.name);
    },
    function (wrongItem) { sayWrong(wrongItem, null); });
  const address = (location.protocol === "https:" ? "wss://" : "ws://") + location.host + root.dataset.live;
  const line = Calls.line(address, { message: take, state: lineState });

  function send(message) { line.send(message); }

  function sayWrong(item, meant) {
    send({ type: "wrong", item_id: item.item_id, meant: meant ? meant.item_id : null });
    Calls.tell(meant ? "记下了：该出“" + meant.name + "”。" : "记下了：“" + item.name + "”不对。");
    if (meant) send({ type: "pin", item_id: meant.item_id, on: true });
  }

  function take(message) {
    if (message.type === "snapshot") snapshot(message);
    else if (message.type === "segment") transcript.add(message);
    else if (message.type === "assist") { cards.assist(message); caller.draw(message); }
    else if (message.type === "marks") cards.marks(message);
    else if (message.type === "end") end(true);
    else if (message.type === "problem") Calls.tell(message.text);
  }

  function snapshot(message) {
    startedAt = message.call.started_at ? Date.parse(message.call.started_at) : null;
    end(message.call.state === "ended");
    by("watchers").textContent = message.watchers > 1 ? message.watchers + " 个屏幕在看" : "";
    transcript.all(message.segments);
    cards.assist(message.assist);
    cards.marks(message);
    caller.draw(message.assist || {});
  }

  function end(over) {
    ended = over;
    root.classList.toggle("ended", over);
    by("finish").hidden = over;
    by("after").hidden = !over;
    tick();
  }

  function tick() {
    const running = startedAt === null ? "" : " " + Calls.clock(Date.now() - startedAt);
    by("clock").textContent = ended ? "通话结束了" : "通话中" + running;
  }

  function lineState(name, seconds, kept) {
    const words = { opening: "正在连……", open: "已连上", waiting: "断开了，" + seconds + " 秒后自己再连",
      signed_out: "登录过期了，请在新窗口重新登录，这里会自己连上", refused: "没有权限看这通电话" };
    const shown = by("line");
    shown.textContent = words[name] + (kept ? "（" + kept + " 件等着补发）" : "");
    shown.className = "line-state " + name;
    by("sign-in").hidden = name !== "signed_out";
  }

  let sure = 0;
  by("finish").onmousedown = function (event) { event.preventDefault(); };
  by("finish").onclick = function () {
    // a call that is ended by a slip of the hand is worse than a second click
    if (Date.now() - sure < 4000) return send({ type: "end" });
    sure = Date.now();
    Calls.tell("真的结束这通电话？再点一次。");
  };
  by("copy-list").onmousedown = function (event) { event.preventDefault(); };
  by("copy-list").onclick = caller.copyList;

  function toggleHelp() {
    if (help.open) help.close();
    else help.showModal();
  }
  help.addEventListener("close", Calls.backToSearch);
  by("help-open").onclick = toggleHelp;
  by("help-close").onclick = toggleHelp;

  const ALT = {
    Digit1: function (shift) { shift ? cards.pin(0) : cards.said(0); },
    Digit2: function (shift) { shift ? cards.pin(1) : cards.said(1); },
    Digit3: function (shift) { shift ? cards.pin(2) : cards.said(2); },
    Digit4: function (shift) { shift ? cards.pin(3) : cards.said(3); },
    Digit6: function () { caller.answer(0); },
    Digit7: function () { caller.answer(1); },
    Digit8: function () { caller.answer(2); },
    Digit9: function () { caller.answer(3); },
    Digit0: transcript.latest,
    KeyX: function () { const top = cards.at(0); if (top) search.wrong(top); },
    KeyC: caller.copyList,
    KeyG: caller.firstFact,
    KeyW: caller.seen,
    KeyS: function () { if (ended) by("after").click(); else Calls.tell("电话打完了再写小结。"); },
  };

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || help.open) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && ALT[event.code]) {
      ALT[event.code](event.shiftKey);
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if ((event.key === "?" || event.key === "？") && search.empty() && !event.target.closest("[data-own-keys]")) toggleHelp();
    else if (event.key === "PageUp" || event.key === "PageDown") transcript.page(event.key === "PageUp" ? -1 : 1);
    else if (event.key === "Escape" && !event.target.closest("[data-own-keys]")) Calls.backToSearch();
    else {
      // "Process" is the first key of an input method
      const letter = event.key.length === 1 || event.key === "Process";
      const space = event.key === " " && event.target.closest("button, a, summary");
      if (letter && !space && event.target !== box && !event.target.closest("[data-own-keys]")) Calls.backToSearch();
      return;
    }
    event.preventDefault();
  });

  // a click on nothing in particular leaves the caret where it was
  document.addEventListener("mousedown", function (event) {
    const own = event.target.closest("input, select, textarea, button, a, summary, dialog, .line-to-say, .words, pre");
    if (!own) { event.preventDefault(); Calls.backToSearch(); }
  });

  setInterval(tick, 1000);
  tick();
  Calls.backToSearch();
})(window.Calls);
