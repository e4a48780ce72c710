/* In: the page and the parts in the other files. Out: a working chat; wiring only. */
(function (window) {
  "use strict";
  var Laihutong = window.Laihutong;
  var document = window.document;
  var HUMAN = "我想和人工说话";
  var DOUBLE_TAP_MS = 700;
  var BY_MACHINE = "自动回复";
  var BY_STAFF = "人工在回你";
  var AGAIN = "清掉这里的对话，从头开始？";
  var AGAIN_WITH_STAFF = "工作人员还没办完。清掉就看不到他回的话。从头开始？";
  var OFFLINE = "现在没网。写的话都留着，连上就发。";

  function byId(id) { return document.getElementById(id); }

  var welcome = byId("welcome");
  var call = byId("call");
  var offline = byId("offline");
  var lastText = "";
  var lastAt = 0;

  function connection(up) {
    offline.textContent = up ? "" : OFFLINE;
    offline.hidden = up;
  }

  var outbox = Laihutong.outbox({
    changed: function (entry) { thread.update(entry); },
    answered: function (entry, replies, state) {
      thread.answers(entry, replies);
      staff.told(state);
    },
    connection: connection
  });
  var thread = Laihutong.thread(byId("scroller"), byId("log"), { ask: tapped, retry: outbox.add });

  var staff = null;

  function ask(text) {
    welcome.hidden = true;
    outbox.add(thread.question(text));
  }

  /* A second tap on the same words within a blink is the same tap. */
  function tapped(text) {
    var now = new Date().getTime();
    if (text === lastText && now - lastAt < DOUBLE_TAP_MS) { return; }
    lastText = text;
    lastAt = now;
    ask(text);
  }

  function human() {
    if (call) { call.hidden = false; }
    tapped(HUMAN);
  }

  function restart() {
    if (!thread.empty() && !window.confirm(staff.state() ? AGAIN_WITH_STAFF : AGAIN)) { return; }
    outbox.clear();
    thread.clear();
    Laihutong.conversation.restart();
    staff.clear();
    if (call) { call.hidden = true; }
    welcome.hidden = false;
    byId("scroller").scrollTop = 0;
  }

  function example(event) {
    var node = event.target;
    while (node !== welcome && node.className !== "example") { node = node.parentNode; }
    if (node === welcome) { return; }
    byId("scroller").focus(); // the button is about to go; see thread.js
    tapped(node.querySelector("span").textContent);
  }

  Laihutong.composer(byId("composer"), byId("text"), byId("counter"), ask);
  welcome.addEventListener("click", example);
  byId("human").addEventListener("click", human);
  byId("restart").addEventListener("click", restart);
  window.addEventListener("offline", function () { connection(false); });
  window.addEventListener("online", function () {
    connection(true);
    outbox.resume();
  });
  // WeChat on iOS leaves the page pushed up after its keyboard closes.
  byId("text").addEventListener("blur", function () { window.setTimeout(function () { window.scrollTo(0, 0); }, 100); });

  var unanswered = thread.restore();
  welcome.hidden = !thread.empty();
  staff = Laihutong.staff({
    said: function (lines) {
      welcome.hidden = true;
      thread.said(lines);
    },
    changed: function (state) { byId("by").textContent = state === "claimed" ? BY_STAFF : BY_MACHINE; }
  });
  connection(window.navigator.onLine !== false);
  unanswered.forEach(outbox.add);
}(window));
