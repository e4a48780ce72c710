/* In: what the person asked and what the server replied. Out: Laihutong.thread, the messages on the screen, kept over a reload.
   An entry is {who: "me", text, state: waiting|sending|sent|failed, note}, {who: "bot", reply, ticks}, or
   {who: "staff" or "notice", text}: what a person of staff said, and what has changed. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var el = Laihutong.prose.el;
  var session = Laihutong.memory.session;
  var KEEP = 30;
  var BUSY_AFTER_MS = 300;

  /* handlers: retry(entry), ask(text). */
  Laihutong.thread = function (scroller, log, handlers) {
    var entries = [];
    var nodes = [];
    var quick = null;
    var busy = null;
    var busyTimer = 0;

    function save() { session.write("history", entries.slice(-KEEP)); }

    function button(className, text, action) {
      var node = el("button", className, text);
      node.type = "button";
      node.addEventListener("click", action);
      return node;
    }

    /* A button that goes away while it has the focus would throw a keyboard user back to the top. */
    function remove(node) {
      if (node && node.parentNode) {
        var focused = node.contains(window.document.activeElement);
        node.parentNode.removeChild(node);
        if (focused) { scroller.focus(); }
      }
    }

    function fillQuestion(node, entry) {
      var old = node.querySelector(".status");
      remove(old);
      if (entry.state !== "failed" && entry.state !== "waiting") { return; }
      var status = node.appendChild(el("div", "status " + entry.state));
      if (entry.state === "waiting") {
        status.appendChild(el("span", "", "等上一条发出去"));
        return;
      }
      status.appendChild(Laihutong.prose.write(el("span"), entry.note ? "没发出去。" + entry.note : "没发出去"));
      status.appendChild(button("retry", "再试一次", function () { handlers.retry(entry); }));
    }

    function draw(entry) {
      var node = el("div", "message " + entry.who);
      if (entry.who === "bot") {
        node.appendChild(Laihutong.answer(entry, save));
        return node;
      }
      var bubble = node.appendChild(el("div", "bubble"));
      if (entry.who !== "me") {
        if (entry.who === "staff") { bubble.appendChild(el("p", "by", "工作人员")); }
        bubble.appendChild(Laihutong.prose.write(el("p", "said"), entry.text));
        return node;
      }
      bubble.appendChild(el("span", "unseen", "你："));
      bubble.appendChild(el("span", "said", entry.text));
      fillQuestion(node, entry);
      return node;
    }

    function insert(entry, at) {
      var node = draw(entry);
      log.insertBefore(node, at < nodes.length ? nodes[at] : null);
      entries.splice(at, 0, entry);
      nodes.splice(at, 0, node);
      return node;
    }

    /* Only under the last answer, and only when nothing was asked after it. */
    function drawQuick() {
      remove(quick);
      quick = null;
      var last = entries[entries.length - 1];
      var texts = last && last.who === "bot" && last.reply.quick_replies || [];
      if (!texts.length) { return; }
      quick = el("div", "quick");
      quick.setAttribute("role", "group");
      quick.setAttribute("aria-label", "接着问");
      for (var i = 0; i < texts.length; i += 1) {
        quick.appendChild(button("reply", texts[i], handlers.ask.bind(null, texts[i])));
      }
      log.appendChild(quick);
    }

    function toEnd() { scroller.scrollTop = scroller.scrollHeight; }

    function stopBusy() {
      window.clearTimeout(busyTimer);
      remove(busy);
      busy = null;
    }

    function startBusy(entry) {
      stopBusy();
      busyTimer = window.setTimeout(function () {
        busy = el("div", "message bot busy");
        busy.appendChild(el("div", "bubble", "正在查…"));
        log.insertBefore(busy, nodes[entries.indexOf(entry)].nextSibling);
        toEnd();
      }, BUSY_AFTER_MS);
    }

    return {
      question: function (text) {
        var entry = { who: "me", text: text, state: "waiting", note: "" };
        insert(entry, entries.length);
        drawQuick();
        save();
        toEnd();
        return entry;
      },
      /* Shows the entry's new state. */
      update: function (entry) {
        var at = entries.indexOf(entry);
        if (at < 0) { return; }
        fillQuestion(nodes[at], entry);
        if (entry.state === "sending") { startBusy(entry); } else if (entry.state !== "waiting") { stopBusy(); }
        if (entry.state === "failed" && at === entries.length - 1) { toEnd(); }
        save();
      },
      /* Puts the replies right after their question, even when another one already waits below it. */
      answers: function (entry, replies) {
        var at = entries.indexOf(entry);
        if (at < 0) { return; }
        for (var i = 0; i < replies.length; i += 1) { insert({ who: "bot", reply: replies[i], ticks: [] }, at + 1 + i); }
        drawQuick();
        save();
        toEnd();
        // A long answer starts at its first line, not at its last; its question stays in sight above it.
        scroller.scrollTop = Math.min(scroller.scrollTop, nodes[at].offsetTop - 8);
      },
      /* Puts what staff said at the end; who reads further up is left there. */
      said: function (lines) {
        var near = scroller.scrollHeight - scroller.scrollTop < 2 * scroller.clientHeight;
        for (var i = 0; i < lines.length; i += 1) {
          insert({ who: lines[i].who === "staff" ? "staff" : "notice", text: String(lines[i].text) }, entries.length);
        }
        drawQuick();
        save();
        if (near) { toEnd(); }
      },
      /* Draws what the tab remembers; returns the questions that never got an answer. */
      restore: function () {
        var kept = session.read("history") || [];
        for (var i = 0; i < kept.length; i += 1) {
          if (kept[i] && kept[i].who) { insert(kept[i], entries.length); }
        }
        drawQuick();
        toEnd();
        return entries.filter(function (entry) { return entry.who === "me" && entry.state !== "sent"; });
      },
      clear: function () {
        stopBusy();
        for (var i = 0; i < nodes.length; i += 1) { remove(nodes[i]); }
        entries = [];
        nodes = [];
        drawQuick();
        save();
      },
      empty: function () { return entries.length === 0; }
    };
  };
}(window));
